import { type FxTable, fxTable, type PriceInput } from '@freshet/finance';
import { type DecimalText, type MarketSymbol, rateOf } from '@freshet/market';
import type { BarSeries, SymbolToCalculate } from '@freshet/store';
import { type Axis, axisOf, withSessionsSince } from './axis.ts';
import { kept, memo } from './kept.ts';
import { onLatestBasis } from './latest-basis.ts';
import { OnAxis } from './on-axis.ts';

/** A price as it is shown beside a holding. */
interface Quoted {
  price: number;
  currency: string | null;
  time: string | null;
}

/** Prices, rates and series of one chunk of calculations, each worked out once. */
export class MarketData {
  readonly symbols: ReadonlyMap<MarketSymbol, SymbolToCalculate>;
  /** Rates now, and at the previous closes. */
  readonly fx: FxTable;
  readonly previousFx: FxTable;
  /** The last good price of each symbol that has one. */
  readonly prices: ReadonlyMap<MarketSymbol, PriceInput>;
  #series: ReadonlyMap<MarketSymbol, BarSeries>;
  #pairs: ReadonlyMap<string, MarketSymbol>;
  #quoted = new Map<MarketSymbol, Quoted | null>();
  #onAxis = new Map<string, OnAxis>();

  constructor(symbols: readonly SymbolToCalculate[], series: readonly BarSeries[]) {
    const prices = new Map<MarketSymbol, PriceInput>();
    const pairs: (SymbolToCalculate & { base: string; quote: string })[] = [];
    for (const each of symbols) {
      const { symbol, priceCurrency } = each;
      const { price, previousClose } = onLatestBasis(each);
      if (price) prices.set(symbol, { price, previousClose, currency: priceCurrency });
      const pair = rateOf(each);
      if (pair) pairs.push({ ...pair, ...each });
    }
    this.symbols = bySymbol(symbols);
    this.prices = prices;
    this.#series = bySymbol(series);
    this.#pairs = new Map(pairs.map(({ base, quote, symbol }) => [`${base}/${quote}`, symbol]));
    const table = (priceOf: (symbol: SymbolToCalculate) => DecimalText | null): FxTable =>
      fxTable(
        pairs.flatMap((pair) => {
          const rate = priceOf(pair);
          return rate ? [{ base: pair.base, quote: pair.quote, rate }] : [];
        }),
      );
    this.fx = table(({ price }) => price);
    this.previousFx = table(({ previousClose }) => previousClose);
  }

  /** The last good price as it is shown beside each holding of it. */
  quoted(symbol: MarketSymbol): Quoted | null {
    return memo(this.#quoted, symbol, () => {
      const [known, last] = [this.symbols.get(symbol), this.prices.get(symbol)];
      if (!known || !last) return null;
      return {
        price: Number(last.price),
        currency: known.priceCurrency,
        time: known.quoteTime && known.quoteTime.toISOString(),
      };
    });
  }

  series(symbol: MarketSymbol): BarSeries | undefined {
    return this.#series.get(symbol);
  }

  /**
   * Everything on the sessions of the benchmark; without its bars, on those of the longest series among `held`.
   *
   * @param since the day from which on there are to be sessions, even if the benchmark's bars begin later
   */
  on(benchmark: MarketSymbol, held: Iterable<MarketSymbol> = [], since = Infinity): OnAxis | null {
    let symbol: MarketSymbol | null = this.#series.has(benchmark) ? benchmark : null;
    for (const other of symbol ? [] : held) {
      const own = this.#series.get(other)?.days.length ?? 0;
      if (own > (symbol ? (this.#series.get(symbol)?.days.length ?? 0) : 0)) symbol = other;
    }
    if (!symbol) return null;
    const days = this.#series.get(symbol)?.days ?? new Int32Array();
    const from = Math.min(since, days[0] ?? Infinity);
    return memo(this.#onAxis, `${symbol} ${from}`, () => new OnAxis(this, this.#axisOf(symbol, days, from)));
  }

  #axisOf(symbol: MarketSymbol, days: Int32Array, from: number): Axis {
    const calendar = this.symbols.get(symbol)?.calendar ?? 'XNYS';
    const version = this.#series.get(symbol)?.version;
    return kept(`${symbol} ${version} ${calendar} ${from}`, () =>
      axisOf(withSessionsSince(from, days, calendar), calendar),
    );
  }

  pair(base: string, quote: string): MarketSymbol | undefined {
    return this.#pairs.get(`${base}/${quote}`);
  }
}

function bySymbol<T extends { symbol: MarketSymbol }>(list: readonly T[]): Map<MarketSymbol, T> {
  const map = new Map<MarketSymbol, T>();
  for (const each of list) map.set(each.symbol, each);
  return map;
}
