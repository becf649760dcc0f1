import { type Reason, type ReturnSeries, returnsOfPrices } from '@freshet/finance';
import type { MarketSymbol } from '@freshet/market';
import type { BarSeries } from '@freshet/store';
import { type Axis, closesOn, dividendsOn, totalReturnCloses } from './axis.ts';
import { kept, memo } from './kept.ts';
import type { MarketData } from './market-data.ts';

/** Currencies that others are quoted against, in the order in which a cross rate tries them. */
const PIVOTS = ['USD', 'EUR', 'GBP'];

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

  /** The same value at every session. Shared: don't write to it. */
  same(value: number): Float64Array {
    return memo(this.#same, value, () => new Float64Array(this.axis.days.length).fill(value));
  }

  /** Closes adjusted for splits and dividends. */
  totalCloses(symbol: MarketSymbol): Float64Array | null {
    const closes = this.closes(symbol);
    return closes && totalReturnCloses(closes, this.dividends(symbol));
  }

  /**
   * A symbol's total returns in `currency` (default: its own), such as those of a benchmark in a portfolio's currency. Null
   * without bars, or without a rate.
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

  /** Caches what depends on this axis and one series alone, until either changes. */
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
