import type { DataKind, ProviderErrorKind } from '@freshet/contracts';
import type { Bar, Quote } from '@freshet/market';
import type { Answer } from '@freshet/refresh';

/** A call as the scripted provider gets it. */
export interface Called {
  provider: string;
  data: DataKind;
  symbols: string[];
  /** Bars: the first and the last session wanted. */
  from?: string;
  to?: string;
}

type Trouble = { kind: ProviderErrorKind; detail?: string };

/** How a provider answers: a price by symbol, and trouble by symbol or (`null`) for the whole call. */
export interface Said {
  prices?: Record<string, string>;
  errors?: Map<string | null, Trouble>;
  bars?: Record<string, Bar[]>;
  /** How old the prices are, by the provider's own time. */
  ageMs?: number;
  /** The date of the next report. */
  earnings?: Record<string, string>;
}

/** Every symbol at this price; its history is one session long. */
export const all = (price: string) => (called: Called) => ({
  prices: Object.fromEntries(called.symbols.map((symbol) => [symbol, price])),
  bars: Object.fromEntries(called.symbols.map((symbol) => [symbol, called.to ? [bar(symbol, called.to, price)] : []])),
});

const bar = (symbol: string, session: string, close: string): Bar => ({
  ...{ symbol, session, open: null, high: null, low: null, close, volume: null },
});

/** Trouble of one symbol, or of the whole call. */
export const refuses =
  (kind: ProviderErrorKind, symbol: string | null = null) =>
  (): Said => ({
    errors: new Map([[symbol, { kind, detail: `${kind} it says` }]]),
  });

/** What the heart is answered when the provider said so. */
export function answerOf({ prices = {}, errors = new Map(), bars = {}, earnings = {}, ageMs = 0 }: Said): Answer {
  const receivedAt = new Date();
  const at = new Date(receivedAt.getTime() - ageMs);
  return {
    receivedAt,
    calls: 1,
    quotes: new Map(Object.entries(prices).map(([symbol, price]) => [symbol, quote(symbol, price, at)])),
    bars: new Map(Object.entries(bars)),
    earnings: new Map(
      Object.entries(earnings).map(([symbol, date]) => [symbol, { symbol, date, when: 'unknown' as const }]),
    ),
    errors: new Map(
      [...errors].map(([symbol, { kind, detail = kind }]) => [symbol, { kind, detail, retryAfterMs: null }]),
    ),
  };
}

function quote(symbol: string, price: string, at: Date): Quote {
  return {
    ...{ symbol, price, open: null, high: null, low: null, previousClose: null, volume: null, marketCap: null },
    ...{ currency: 'USD', quoteTime: at, delayS: 0 },
  };
}
