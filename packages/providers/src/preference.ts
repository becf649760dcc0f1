import type { DataKind } from '@freshet/contracts';
import type { AssetClass } from '@freshet/market';

type Chains = Readonly<Record<AssetClass, readonly string[]>>;

/**
 * Whom to ask first, by the names of the registry. Those with batches and wide limits come before those with few calls a
 * day, and end-of-day prices last; who isn't named here comes after them all. In this room only this page, a provider's folder and the registry know names.
 */
export const PREFERENCE: Readonly<Record<DataKind, Chains>> = {
  quote: {
    equity: ['yahoo', 'finnhub', 'twelvedata', 'fmp', 'polygon', 'alphavantage'],
    etf: ['yahoo', 'finnhub', 'twelvedata', 'fmp', 'polygon', 'alphavantage'],
    index: ['yahoo', 'fmp', 'polygon'],
    crypto: [
      'binance',
      'coingecko',
      'cryptocompare',
      'yahoo',
      'finnhub',
      'twelvedata',
      'fmp',
      'polygon',
      'alphavantage',
    ],
    fx: ['yahoo', 'twelvedata', 'fmp', 'polygon', 'alphavantage'],
    commodity: ['yahoo', 'fmp'],
  },
  bars: {
    // One call brings all of a symbol's history from Yahoo; Massive's free plan ends two years back. Whoever has less comes last:
    // what was asked for and isn't there is not asked for again.
    equity: ['yahoo', 'polygon', 'twelvedata', 'fmp', 'alphavantage'],
    etf: ['yahoo', 'polygon', 'twelvedata', 'fmp', 'alphavantage'],
    index: ['yahoo', 'fmp', 'polygon'],
    crypto: ['binance', 'cryptocompare', 'yahoo', 'twelvedata', 'polygon', 'fmp', 'coingecko', 'alphavantage'],
    fx: ['yahoo', 'twelvedata', 'polygon', 'fmp', 'alphavantage'],
    commodity: ['yahoo', 'fmp'],
  },
  earnings: {
    equity: ['yahoo', 'finnhub', 'fmp', 'alphavantage'],
    etf: [],
    index: [],
    crypto: [],
    fx: [],
    commodity: [],
  },
};
