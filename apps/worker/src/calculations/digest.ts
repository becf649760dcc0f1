import { pairOf } from '@freshet/market';
import type { CalculatedPortfolio, SymbolToCalculate } from '@freshet/store';
import type { Held } from './holdings-in-memory.ts';
import { sumOf } from './sum.ts';

/**
 * What a result was computed from, as one short text: equal when nothing that it depends on has changed. Whoever has the
 * digest of a stored result knows without arithmetic whether it still holds, and a recalculation of only what changed is
 * a full one.
 */
export interface Digests {
  /** Of the valuation: what is held, and the prices and rates of now. */
  snapshot: string;
  /** Of series and metrics: what was ever held, and all bars of it, of the rates and of the benchmark. */
  series: string;
}

/** Counts up when the arithmetic itself changes, so that what an older version stored is computed again. */
const VERSION = 4;

/** What a symbol adds to the digests of whoever depends on it, worked out once for all of them. */
export interface Stamps {
  quote: string;
  bars: string;
  currencies: string[];
  /** Of an FX pair. */
  pair: { base: string; quote: string } | null;
}

export function stampsOf(symbols: readonly SymbolToCalculate[]): Map<string, Stamps> {
  return new Map(
    symbols.map((each) => {
      const { symbol, price, previousClose, priceCurrency, quoteTime, splits, barsVersion, currency } = each;
      const stamps: Stamps = {
        quote: [symbol, price, previousClose, priceCurrency, quoteTime?.getTime(), ...splits].join(),
        bars: [symbol, barsVersion, currency].join(),
        currencies: priceCurrency && priceCurrency !== currency ? [currency, priceCurrency] : [currency],
        pair: each.class === 'fx' ? pairOf(symbol) : null,
      };
      return [symbol, stamps];
    }),
  );
}

export function digestsOf(
  { id, currency, cash, version, benchmark }: CalculatedPortfolio,
  held: Held,
  stamps: ReadonlyMap<string, Stamps>,
): Digests {
  const begin = [VERSION, id, currency, version, held.now].join();
  const among = (names: string[]) => names.flatMap((name) => stamps.get(name) ?? []);
  const now = among(held.holdings.map(({ symbol }) => symbol));
  const ever = among(held.symbols.includes(benchmark) ? held.symbols : [...held.symbols, benchmark]);
  const quotes = [...now, ...ratesFor(now, currency, stamps)].map(({ quote }) => quote);
  const series = [...ever, ...ratesFor(ever, currency, stamps)].map(({ bars }) => bars);
  return { snapshot: sumOf([begin, cash, ...quotes]), series: sumOf([begin, benchmark, held.ever, ...series]) };
}

/** Every pair that a way from their currencies into the portfolio's may go over: its first or its last step has one of them. */
function ratesFor(held: readonly Stamps[], currency: string, stamps: ReadonlyMap<string, Stamps>): Stamps[] {
  const foreign = new Set<string>();
  for (const { currencies } of held) for (const each of currencies) if (each !== currency) foreign.add(each);
  if (foreign.size === 0) return [];
  foreign.add(currency);
  return [...stamps.values()].filter(
    ({ pair }) => pair !== null && (foreign.has(pair.base) || foreign.has(pair.quote)),
  );
}
