import type { PriceTable } from '@freshet/finance';
import { decimalText, type DecimalText, type MarketSymbol } from '@freshet/market';
import type { MarketData } from './market-data.ts';
import type { OnAxis } from './on-axis.ts';

/** The currency of strategies and their indexes. */
const CURRENCY = 'USD';

/** Closes in the strategy's currency; NaN where there is no close or no rate. */
export function priceTable(
  symbols: readonly MarketSymbol[],
  on: OnAxis,
  data: MarketData,
  closesOf: (symbol: MarketSymbol) => Float64Array | null,
): PriceTable {
  const count = on.axis.sessions.length;
  const prices = symbols.map((symbol) => {
    const closes = closesOf(symbol);
    const currency = data.symbols.get(symbol)?.currency ?? CURRENCY;
    if (!closes || currency === CURRENCY) return closes ?? new Float64Array(count).fill(Number.NaN);
    const rates = on.rates(currency, CURRENCY);
    return closes.map((close, t) => close * (rates?.[t] ?? Number.NaN));
  });
  return { sessions: on.axis.sessions, symbols, prices };
}

/** Whether any session has a rate from the symbol's currency into the strategy's. */
export function hasRate(symbol: MarketSymbol, data: MarketData, on: OnAxis): boolean {
  const currency = data.symbols.get(symbol)?.currency ?? CURRENCY;
  return currency === CURRENCY || (on.rates(currency, CURRENCY)?.some((rate) => rate > 0) ?? false);
}

/** The first `count` sessions of a table: what was known by then. */
export function firstOf({ sessions, symbols, prices }: PriceTable, count: number): PriceTable {
  return { symbols, sessions: sessions.slice(0, count), prices: prices.map((each) => each.subarray(0, count)) };
}

/** Last good prices in the strategy's currency; the last close for a symbol that never had a quote. */
export function pricesNow(
  symbols: readonly MarketSymbol[],
  data: MarketData,
  on: OnAxis,
): Map<MarketSymbol, DecimalText> {
  const prices = new Map<MarketSymbol, DecimalText>();
  for (const symbol of symbols) {
    const known = data.symbols.get(symbol);
    const close = on.closes(symbol)?.at(-1);
    const price = data.prices.get(symbol)?.price ?? (close && close > 0 ? decimalText(close) : null);
    const rate = price && data.fx(known?.priceCurrency ?? known?.currency ?? CURRENCY, CURRENCY);
    if (price && rate) prices.set(symbol, decimalText(rate.rate.times(price).toSignificantDigits(16)));
  }
  return prices;
}
