import { type Bar, convertedPrice, type Quote } from '@freshet/market';
import type { Answer, UsdtRates } from './ports.ts';

/** Whether the answer has anything for which the rates are needed. */
export function speaksOfUsdt({ quotes, bars }: Pick<Answer, 'quotes' | 'bars'>): boolean {
  return [...quotes.values()].some(inUsdt) || [...bars.values()].some((own) => own.some(inUsdt));
}

/**
 * A pair that a provider quotes in USDT becomes USD with the stored USDT-USD rate, which explain shows. Null without
 * that rate: never a silent 1:1.
 */
export function convertFromUsdt<Q extends Quote>(quote: Q, rates: UsdtRates | null): Q | null {
  if (!inUsdt(quote)) return quote;
  if (!rates) return null;
  return {
    ...quote,
    ...inDollars(quote, rates.now),
    price: convertedPrice(quote.price, rates.now),
    previousClose: convertedPrice(quote.previousClose, rates.now),
    convertedBy: { from: 'USDT', rate: rates.now },
  };
}

/** The same of daily bars, each by its own session's rate; where that one isn't stored, by the latest one. */
export function convertBarsFromUsdt(bars: Bar[], rates: UsdtRates | null): Bar[] | null {
  if (!bars.some(inUsdt)) return bars;
  if (!rates) return null;
  return bars.map((bar) => {
    if (!inUsdt(bar)) return bar;
    const rate = rates.bySession.get(bar.session) ?? rates.now;
    return { ...bar, ...inDollars(bar, rate), close: convertedPrice(bar.close, rate) };
  });
}

const inUsdt = ({ symbol, currency }: { symbol: string; currency?: string | null }) =>
  currency === 'USDT' && symbol.endsWith('-USD');

function inDollars({ open, high, low }: Pick<Bar, 'open' | 'high' | 'low'>, rate: string) {
  const currency = 'USD';
  return {
    open: convertedPrice(open, rate),
    high: convertedPrice(high, rate),
    low: convertedPrice(low, rate),
    currency,
  };
}

/** Why a provider is skipped for a pair that it quotes in USDT. */
export const NO_USDT_RATE = {
  kind: 'no_data',
  detail: 'its price is in USDT and no USDT-USD rate is stored',
  whole: false,
} as const;
