import {
  type FxTable,
  fxTable,
  type PriceInput,
  type Reason,
  type ReturnSeries,
  returnsOfPrices,
} from '@freshet/finance';
import { type DecimalText, type MarketSymbol, pairOf } from '@freshet/market';
import type { BarSeries, SymbolToCalculate } from '@freshet/store';
import { type Axis, axisOf, closesOn, dividendsOn, totalReturnCloses } from './axis.ts';
import { onLatestBasis } from './latest-basis.ts';

/** Currencies that others are quoted against, in the order in which a cross rate tries them. */
const PIVOTS = ['USD', 'EUR', 'GBP'];

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
      const pair = each.class === 'fx' ? pairOf(symbol) : null;
      if (pair) pairs.push({ ...pair, ...each });
    }
    this.symbols = bySymbol(symbols);
    this.prices = prices;
    this.#series = bySymbol(series);
    this.#pairs = new Map(pairs.map(({ base, quote, symbol }) => [`${base}/${quote}`, symbol]));
    const table = (rateOf: (symbol: SymbolToCalculate) => DecimalText | null): FxTable =>
      fxTable(
        pairs.flatMap((pair) => {
          const rate = rateOf(pair);
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

  /** Everything on the sessions of a benchmark; of the longest series among `held` where the benchmark has none. */
  on(benchmark: MarketSymbol, held: Iterable<MarketSymbol> = []): OnAxis | null {
    let symbol: MarketSymbol | null = this.#series.has(benchmark) ? benchmark : null;
    for (const other of symbol ? [] : held) {
      const own = this.#series.get(other)?.days.length ?? 0;
      if (own > (symbol ? (this.#series.get(symbol)?.days.length ?? 0) : 0)) symbol = other;
    }
    if (!symbol) return null;
    let known = this.#onAxis.get(symbol);
    if (!known) {
      known = new OnAxis(this, this.#axisOf(symbol));
      this.#onAxis.set(symbol, known);
    }
    return known;
  }

  #axisOf(symbol: MarketSymbol): Axis {
    const series = this.#series.get(symbol);
    const calendar = this.symbols.get(symbol)?.calendar ?? 'XNYS';
    return kept(`${symbol} ${series?.version} ${calendar}`, () => axisOf(series?.days ?? new Int32Array(), calendar));
  }

  pair(base: string, quote: string): MarketSymbol | undefined {
    return this.#pairs.get(`${base}/${quote}`);
  }
}

/** Series on the sessions of one axis. */
export class OnAxis {
  readonly axis: Axis;
  #data: MarketData;
  #closes = new Map<MarketSymbol, Float64Array | null>();
  #dividends = new Map<MarketSymbol, Float64Array | null>();
  #rates = new Map<string, Float64Array | null>();
  #returns = new Map<MarketSymbol, ReturnSeries | null>();
  #same = new Map<number, Float64Array>();

  constructor(data: MarketData, axis: Axis) {
    this.#data = data;
    this.axis = axis;
  }

  /** Adjusted for splits, in the symbol's own currency; null when it has no bars. */
  closes(symbol: MarketSymbol): Float64Array | null {
    return memo(this.#closes, symbol, () => {
      const series = this.#data.series(symbol);
      return series ? this.#kept('closes', series, () => closesOn(this.axis, series)) : null;
    });
  }

  dividends(symbol: MarketSymbol): Float64Array | null {
    return memo(this.#dividends, symbol, () => {
      const series = this.#data.series(symbol);
      return series ? this.#kept('dividends', series, () => dividendsOn(this.axis, series)) : null;
    });
  }

  /** One value for every session; not to be written to. */
  same(value: number): Float64Array {
    return memo(this.#same, value, () => new Float64Array(this.axis.days.length).fill(value));
  }

  /** Closes with splits and dividends taken out. */
  totalCloses(symbol: MarketSymbol): Float64Array | null {
    const closes = this.closes(symbol);
    return closes && totalReturnCloses(closes, this.dividends(symbol));
  }

  /**
   * A symbol's returns, dividends included, for somebody who counts in `currency` (its own if not given): what a benchmark is held
   * against. Null without bars, or without a rate.
   */
  returns(symbol: MarketSymbol, currency?: string): ReturnSeries | null {
    const quoted = this.#data.symbols.get(symbol)?.currency;
    const foreign = currency !== undefined && quoted !== undefined && currency !== quoted ? currency : null;
    return memo(this.#returns, foreign ? `${symbol} ${foreign}` : symbol, () => {
      const closes = this.totalCloses(symbol);
      const rates = foreign && quoted ? this.rates(quoted, foreign) : null;
      if (!closes || (foreign && !rates)) return null;
      const prices = rates ? closes.map((close, t) => close * (rates[t] as number)) : closes;
      return returnsOfPrices(this.axis.sessions, prices);
    });
  }

  /** Why a benchmark has no {@link returns} here. */
  whyNoReturns(symbol: MarketSymbol): Reason {
    return this.closes(symbol) ? 'no_benchmark_rate' : 'no_benchmark_price';
  }

  /** Rates from one currency into another at each session: the pair, its inverse, or a cross. Null: there is no way. */
  rates(from: string, to: string): Float64Array | null {
    return memo(this.#rates, `${from}/${to}`, () => {
      const direct = this.#direct(from, to);
      if (direct) return direct;
      for (const pivot of PIVOTS) {
        const first = this.#direct(from, pivot);
        const second = first && this.#direct(pivot, to);
        if (first && second) return first.map((rate, t) => rate * (second[t] as number));
      }
      return null;
    });
  }

  /** What follows from two series alone holds for as long as both are the same. */
  #kept<T>(what: string, { symbol, version }: BarSeries, compute: () => T): T {
    return kept(`${what} ${symbol} ${version} ${this.axis.id}`, compute);
  }

  #direct(from: string, to: string): Float64Array | null {
    const straight = this.#data.pair(from, to);
    const closes = straight ? this.closes(straight) : null;
    if (closes) return closes;
    const inverse = this.#data.pair(to, from);
    return (inverse ? this.closes(inverse) : null)?.map((rate) => 1 / rate) ?? null;
  }
}

/** Two years of 5,000 symbols, adjusted, with their dividends: 80 MB at the very most, in each thread. */
const MOST_KEPT = 10_000;
const keptHere = new Map<string, unknown>();

/** Kept from one piece of work to the next: slices of one refresh are about the same symbols. */
function kept<T>(key: string, compute: () => T): T {
  if (keptHere.has(key)) return keptHere.get(key) as T;
  if (keptHere.size >= MOST_KEPT) keptHere.clear();
  return memo(keptHere as Map<string, T>, key, compute);
}

function memo<K, V>(known: Map<K, V>, key: K, compute: () => V): V {
  if (known.has(key)) return known.get(key) as V;
  const value = compute();
  known.set(key, value);
  return value;
}

function bySymbol<T extends { symbol: MarketSymbol }>(list: readonly T[]): Map<MarketSymbol, T> {
  const map = new Map<MarketSymbol, T>();
  for (const each of list) map.set(each.symbol, each);
  return map;
}
