import { UNIVERSE } from '@freshet/market';
import type { AssetToEnsure } from '../prices/assets-write.ts';

/** Calendars by class; the store may not ask the calendar room, and the universe has no others. */
function calendarFor(assetClass: string, symbol: string): string {
  if (assetClass === 'crypto') return '24/7';
  if (assetClass === 'fx' || assetClass === 'commodity') return '24/5';
  if (symbol.endsWith('.L') || symbol === '^FTSE') return 'XLON';
  if (symbol.endsWith('.T') || symbol === '^N225') return 'XTKS';
  return 'XNYS';
}

/** The assets that every installation begins with: the universe that people know. */
export function baseAssets(): AssetToEnsure[] {
  return UNIVERSE.map((asset) => ({
    symbol: asset.symbol,
    name: asset.name,
    class: asset.assetClass,
    currency: asset.currency,
    calendar: calendarFor(asset.assetClass, asset.symbol),
    sector: asset.sector,
    indexes: asset.indexes,
    volatility: asset.volatility,
  }));
}

export const DEMO_WATCHLIST = [
  'AAPL',
  'MSFT',
  'GOOGL',
  'AMZN',
  'NVDA',
  'META',
  'TSLA',
  'JPM',
  'SPY',
  '^GSPC',
  'BTC-USD',
  'ETH-USD',
  'EURUSD=X',
];

/** Whose portfolios the demo has. */
export const DEMO_PEOPLE = { first: 'Ada Demo', second: 'Ben Demo' };

interface DemoPortfolio {
  name: string;
  currency: string;
  cash: string;
  /** Symbol, quantity, cost of the whole position in the portfolio's currency, target weight. */
  holdings: [string, string, string, string | null][];
}

export const DEMO_PORTFOLIOS: DemoPortfolio[] = [
  {
    name: 'Growth',
    currency: 'USD',
    cash: '2500',
    holdings: [
      ['AAPL', '40', '6800', '0.20'],
      ['MSFT', '20', '6600', '0.20'],
      ['NVDA', '60', '5400', '0.20'],
      ['AMZN', '35', '5250', '0.15'],
      ['SPY', '15', '6900', '0.15'],
      ['BTC-USD', '0.15', '6300', '0.10'],
    ],
  },
  {
    name: 'Income',
    currency: 'EUR',
    cash: '1200',
    holdings: [
      ['JNJ', '50', '7100', '0.20'],
      ['PG', '45', '6300', '0.20'],
      ['KO', '120', '6500', '0.20'],
      ['JPM', '30', '5200', '0.20'],
      ['XOM', '55', '5500', '0.20'],
    ],
  },
];

export const DEMO_STRATEGY = {
  name: 'Ten giants, equal risk',
  method: 'inverse_volatility',
  options: { max_weight: 0.2, rebalance: { every: 'month' } },
  symbols: ['AAPL', 'MSFT', 'GOOGL', 'AMZN', 'NVDA', 'META', 'JPM', 'JNJ', 'PG', 'XOM'],
};
