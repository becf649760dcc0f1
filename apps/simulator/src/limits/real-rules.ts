import type { SimulatedRequest } from '@freshet/providers';
import type { RealWindow } from './window.ts';

/** How the real provider counts and punishes, as far as it is known; independent of what our adapters declare. */
export interface RealRules {
  windows: RealWindow[];
  /** What a request costs by the provider's own price list; null where the list says nothing. */
  cost?(request: SimulatedRequest): number | null;
  /** Refused calls count too, so that who doesn't back off stays refused. */
  countsRefused?: boolean;
  /** After so many refused calls in a row the address is banned, each time twice as long. */
  ban?: { afterRefused: number; firstMs: number; longestMs: number };
}

const MINUTE = 60;
const DAY = 86_400;
const MONTH = 30 * DAY;

/**
 * The free plans by the variable prefix of their provider in lower case. Where a provider doesn't say when a day begins,
 * the window slides: the strictest reading.
 */
export const REAL_RULES: Record<string, RealRules> = {
  // Nothing is published; half a second between calls is what is reported to be left alone.
  yahoo: {
    windows: [
      { limit: 120, perSeconds: MINUTE },
      { limit: 2000, perSeconds: 60 * MINUTE },
    ],
  },
  finnhub: {
    windows: [
      { limit: 60, perSeconds: MINUTE },
      { limit: 30, perSeconds: 1 },
    ],
  },
  alpha_vantage: {
    windows: [
      { limit: 1, perSeconds: 1 },
      { limit: 5, perSeconds: MINUTE },
      { limit: 25, perSeconds: DAY },
    ],
  },
  iex_cloud: {
    windows: [
      { limit: 100, perSeconds: 1 },
      { limit: 50_000, perSeconds: MONTH, counts: 'cost', resets: { every: 'month', hour: 0, zone: 'UTC' } },
    ],
  },
  fmp: { windows: [{ limit: 250, perSeconds: DAY }] },
  twelve_data: {
    windows: [
      { limit: 8, perSeconds: MINUTE, counts: 'cost' },
      { limit: 800, perSeconds: DAY, counts: 'cost', resets: { every: 'day', hour: 0, zone: 'UTC' } },
    ],
    cost: (request) => listed(request.query.get('symbol')) || null,
  },
  coingecko: {
    windows: [
      { limit: 30, perSeconds: MINUTE },
      { limit: 10_000, perSeconds: MONTH, resets: { every: 'month', hour: 0, zone: 'UTC' } },
    ],
  },
  binance: {
    windows: [
      { limit: 6000, perSeconds: MINUTE, counts: 'cost', byTheClock: true },
      { limit: 300_000, perSeconds: 5 * MINUTE },
    ],
    cost: binanceWeight,
    countsRefused: true,
    ban: { afterRefused: 10, firstMs: 2 * 60_000, longestMs: 3 * DAY * 1000 },
  },
  // Every plan has its own; these are the ones that its own answer to a call too many has told (`max_calls`).
  cryptocompare: {
    windows: [
      { limit: 20, perSeconds: 1 },
      { limit: 300, perSeconds: MINUTE },
      { limit: 3000, perSeconds: 60 * MINUTE },
      { limit: 10_000, perSeconds: DAY },
      { limit: 75_000, perSeconds: MONTH },
    ],
  },
  finviz: { windows: [{ limit: 60, perSeconds: MINUTE }] },
  polygon: { windows: [{ limit: 5, perSeconds: MINUTE }] },
};

function listed(text: string | null): number {
  return text ? text.split(',').filter(Boolean).length : 0;
}

/** The weights of Binance's spot market data; a request that it doesn't understand weighs 1. */
export function binanceWeight({ path, query }: SimulatedRequest): number | null {
  const symbols = query.get('symbols')?.split(',').length ?? (query.has('symbol') ? 1 : 0);
  const endpoint = /\/api\/v3\/(.*)$/.exec(path)?.[1];
  switch (endpoint) {
    case 'ticker/24hr':
      if (symbols === 0) return 80;
      return symbols <= 20 ? 2 : symbols <= 100 ? 40 : 80;
    case 'ticker/tradingDay':
    case 'ticker':
      return Math.min(4 * Math.max(symbols, 1), 200);
    case 'ticker/price':
    case 'ticker/bookTicker':
      return query.has('symbol') ? 2 : 4;
    case 'klines':
    case 'uiKlines':
    case 'avgPrice':
      return 2;
    case 'exchangeInfo':
      return 20;
    case 'ping':
    case 'time':
      return 1;
    default:
      return null;
  }
}
