import type { MarketSymbol } from '@freshet/market';

/** What is computed from what: the least that deciding needs. */
export interface Dependencies {
  portfolios: readonly {
    id: string;
    /** Every symbol that it holds or ever held in its series. */
    symbols: readonly MarketSymbol[];
    /** FX symbols (`EURUSD=X`) that its values are converted by, and those of its cross rates. */
    fxSymbols: readonly MarketSymbol[];
    benchmark: MarketSymbol;
    /** The strategy whose targets it drifts against. */
    strategy?: string | null;
  }[];
  strategies: readonly {
    id: string;
    symbols: readonly MarketSymbol[];
    /** The index to which the strategy's allocations apply. */
    index?: string | null;
  }[];
  indexes: readonly {
    id: string;
    symbols: readonly MarketSymbol[];
    /** An index may be held against a benchmark as a portfolio is. */
    benchmark: MarketSymbol;
  }[];
}

/** Something that changed. */
export type Change =
  /** A new or healed quote or bar, a split or a dividend. */
  | { of: 'price'; symbols: readonly MarketSymbol[] }
  /** Holdings, cash or currency of portfolios. */
  | { of: 'holdings'; portfolios: readonly string[] }
  /** A strategy's definition, candidates or run. */
  | { of: 'strategy'; strategies: readonly string[] };

/** What has to be recalculated, each list in the order of the dependencies. */
export interface Touched {
  strategies: string[];
  indexes: string[];
  /** Valuation, series and metrics. */
  portfolios: string[];
  /** Only the comparison with the benchmark, because nothing else of them changed. */
  comparisons: string[];
}

/**
 * What a change touches, along symbol → holdings → portfolios, symbol → strategies → indexes, and benchmark → comparisons.
 * A strategy isn't rerun because a price changed, only its index is; it runs by its own schedule.
 */
export function touchedBy(changes: readonly Change[], world: Dependencies): Touched {
  const symbols = new Set<MarketSymbol>();
  const held = new Set<string>();
  const rerun = new Set<string>();
  for (const change of changes) {
    if (change.of === 'price') for (const symbol of change.symbols) symbols.add(symbol);
    else if (change.of === 'holdings') for (const id of change.portfolios) held.add(id);
    else for (const id of change.strategies) rerun.add(id);
  }
  const moved = (list: readonly MarketSymbol[]): boolean => list.some((symbol) => symbols.has(symbol));
  const strategies = world.strategies.filter(({ id }) => rerun.has(id));
  const reindexed = new Set(strategies.map(({ index }) => index));
  const indexes = world.indexes.filter(({ id, symbols: own }) => reindexed.has(id) || moved(own));
  const portfolios = world.portfolios.filter(
    (each) =>
      held.has(each.id) ||
      moved(each.symbols) ||
      moved(each.fxSymbols) ||
      (each.strategy ? rerun.has(each.strategy) : false),
  );
  const whole = new Set([...portfolios, ...indexes].map(({ id }) => id));
  const comparisons = [...world.portfolios, ...world.indexes].filter(
    ({ id, benchmark }) => !whole.has(id) && symbols.has(benchmark),
  );
  const ids = (list: readonly { id: string }[]): string[] => list.map(({ id }) => id);
  return {
    strategies: ids(strategies),
    indexes: ids(indexes),
    portfolios: ids(portfolios),
    comparisons: ids(comparisons),
  };
}
