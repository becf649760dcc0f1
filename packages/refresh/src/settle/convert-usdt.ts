import { type Bar, convertedPrice, type Quote } from '@freshet/market';
import type { Answer, UsdtRates } from '../ports.ts';

/** Whether anything in the answer needs the USDT rates. */
export function speaksOfUsdt({ quotes, bars }: Pick<Answer, 'quotes' | 'bars'>): boolean {
  return [...quotes.values()].some(inUsdt) || [...bars.values()].some((own) => own.some(inUsdt));
}

/**
 * Converts a quote in USDT to USD by the stored USDT-USD rate, which `explain` shows. Null without that rate: never a
 * silent 1:1.
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

/** The same for daily bars, each by the rate of its own session, or by the latest one if that isn't stored. */
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

/** Why a quote in USDT isn't taken while no rate is stored. */
export const NO_USDT_RATE = {
  kind: 'no_data',
  detail: 'its price is in USDT and no USDT-USD rate is stored',
  whole: false,
} as const;
