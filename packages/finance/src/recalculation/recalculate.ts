import type { Dependencies, Touched } from './touched.ts';

/** How each thing is computed; the calculations read the world as it is now. */
export interface Calculations<P, I> {
  portfolio(id: string): P;
  index(id: string): I;
  /** The same result with only its comparison renewed. */
  comparePortfolio(id: string, before: P): P;
  compareIndex(id: string, before: I): I;
}

export interface Results<P, I> {
  portfolios: ReadonlyMap<string, P>;
  indexes: ReadonlyMap<string, I>;
}

/** Everything, from nothing. */
export function recalculateAll<P, I>(world: Dependencies, compute: Calculations<P, I>): Results<P, I> {
  return {
    indexes: new Map(world.indexes.map(({ id }) => [id, compute.index(id)])),
    portfolios: new Map(world.portfolios.map(({ id }) => [id, compute.portfolio(id)])),
  };
}

/**
 * Only what is touched; the rest is taken over from before. Equal to {@link recalculateAll}, which a property test holds
 * over random histories. What has no result yet is computed; what the world no longer has is dropped.
 */
export function recalculateTouched<P, I>(
  world: Dependencies,
  before: Results<P, I>,
  touched: Touched,
  compute: Calculations<P, I>,
): Results<P, I> {
  const comparisons = new Set(touched.comparisons);
  const renew = <T>(
    all: readonly { id: string }[],
    old: ReadonlyMap<string, T>,
    whole: readonly string[],
    full: (id: string) => T,
    compare: (id: string, before: T) => T,
  ): Map<string, T> => {
    const fully = new Set(whole);
    return new Map(
      all.map(({ id }) => {
        const had = old.get(id);
        if (had === undefined || fully.has(id)) return [id, full(id)];
        return [id, comparisons.has(id) ? compare(id, had) : had];
      }),
    );
  };
  return {
    indexes: renew(world.indexes, before.indexes, touched.indexes, compute.index, compute.compareIndex),
    portfolios: renew(
      world.portfolios,
      before.portfolios,
      touched.portfolios,
      compute.portfolio,
      compute.comparePortfolio,
    ),
  };
}
