import { type Calculations, SLICE } from '@freshet/refresh';
import {
  type CalculatedItem,
  type CalculationItem,
  calculationsOf,
  type Client,
  countMetrics,
  keepAlive,
  type Pool,
  RefreshIsOver,
  type RefreshToCalculate,
  refreshToCalculate,
  settleCalculated,
  StrategyInHand,
  takeSlice,
  withTx,
} from '@freshet/store';
import type { Landed } from '@freshet/refresh';
import type { Arithmetic } from './arithmetic/index.ts';
import { createBarsInMemory } from './bars-in-memory.ts';
import { createHoldingsInMemory } from './holdings-in-memory.ts';
import { recalculateBenchmarks } from './recalculate-benchmarks.ts';
import { recalculatePortfolios } from './recalculate-portfolios.ts';
import { recalculateStrategy } from './recalculate-strategy.ts';
import type { Recalculating } from './recalculating.ts';
import { createSymbolsTogether } from './symbols-together.ts';

/** Kinds of refresh whose last slice also recalculates benchmark metrics and correlations. */
const WITH_BENCHMARKS = new Set(['all', 'benchmark', 'strategy']);

/**
 * The calculations that follow a refresh, slice by slice: strategies first, then portfolios. Each slice is one transaction,
 * from taking its items to settling them, so it takes effect exactly once even if a worker dies. The arithmetic runs in threads.
 */
export function createCalculations({
  pool,
  arithmetic,
  now = () => new Date(),
}: {
  pool: Pool;
  arithmetic: Arithmetic;
  now?: () => Date;
}): Calculations {
  const bars = createBarsInMemory();
  const holdings = createHoldingsInMemory();
  const together = createSymbolsTogether(now);

  async function settleSlice(on: Recalculating, kind: string, own: Slice): Promise<Landed | null> {
    const waiting = await takeSlice(on.client, on.refreshId, own.place, own.items);
    if (!waiting || waiting.length === 0) return null;
    const portfolios = waiting.filter(({ data }) => data === 'portfolio').map(({ subject }) => subject);
    if (on.ahead) {
      await countMetrics(on.client, on.refreshId, (await recalculatePortfolios(portfolios, on)).metrics);
      return null;
    }
    const settled: CalculatedItem[] = [];
    let metrics = 0;
    for (const { subject } of waiting.filter(({ data }) => data === 'strategy')) {
      const done = await recalculateStrategy(subject, on);
      settled.push(done.item);
      metrics += done.metrics;
    }
    const done = await recalculatePortfolios(portfolios, on);
    return settleCalculated(on.client, on.refreshId, [...settled, ...done.items], metrics + done.metrics, () =>
      WITH_BENCHMARKS.has(kind) ? recalculateBenchmarks(on) : Promise.resolve(0),
    );
  }

  /**
   * Calculates every slice that no other worker holds: at least one, however long it took to find them. Returns true when
   * there may be more to do.
   */
  async function onePass(refresh: RefreshToCalculate, work: Work, until: number): Promise<boolean> {
    const { refreshId, signal, committed } = work;
    const ahead = !refresh.due;
    const full = refresh.mode === 'full';
    const slices = startingAnywhere(slicesOf(await calculationsOf(pool, refreshId)));
    for (const [i, own] of slices.entries()) {
      signal.throwIfAborted();
      if (i > 0 && performance.now() > until) return true;
      const symbols = together(`${refreshId} ${ahead}`);
      const landed = await withTx(pool, (client) =>
        settleSlice(
          { client, refreshId, full, ahead, symbols, bars, holdings, arithmetic: keepingAlive(client, arithmetic) },
          refresh.kind,
          own,
        ),
      );
      if (landed) await committed(landed);
      // The quotes have arrived in the meantime. The job that was rung for them may have skipped this slice, which was locked.
      if (ahead && (await refreshToCalculate(pool, refreshId))?.due) return true;
    }
    return false;
  }

  return {
    async run(work) {
      const until = performance.now() + work.forMs;
      try {
        for (;;) {
          const refresh = await refreshToCalculate(pool, work.refreshId);
          // While quotes are still being fetched, only a full refresh is certain to recalculate everything.
          if (!refresh || (!refresh.due && refresh.mode !== 'full')) return { more: false };
          if (!(await onePass(refresh, work, until))) return { more: false };
          if (performance.now() > until) return { more: true };
        }
      } catch (error) {
        if (error instanceof RefreshIsOver) return { more: false };
        // Another refresh is running this strategy. That is no failure and spends no attempt; this job comes again later.
        if (error instanceof StrategyInHand) return { more: true };
        throw error;
      }
    },
  };
}

type Work = Parameters<Calculations['run']>[0];

/** The same arithmetic, which keeps the slice's transaction alive however long the threads take. */
function keepingAlive(client: Client, { portfolios, strategy, benchmarks }: Arithmetic): Arithmetic {
  return {
    portfolios: (work) => keepAlive(client, portfolios(work)),
    strategy: (work) => keepAlive(client, strategy(work)),
    benchmarks: (work) => keepAlive(client, benchmarks(work)),
  };
}

/** Items that are calculated in one transaction. */
interface Slice {
  place: number;
  items: CalculationItem[];
}

/** The slices with at least one waiting item. Every worker numbers them alike, at any time. */
function slicesOf(items: CalculationItem[]): Slice[] {
  return Array.from({ length: Math.ceil(items.length / SLICE) }, (_, place) => ({
    place,
    items: items.slice(place * SLICE, (place + 1) * SLICE),
  })).filter((slice) => slice.items.some(({ waiting }) => waiting));
}

/** The list rotated to a random start, so that workers that share a refresh seldom try the same slice. */
function startingAnywhere<T>(list: T[]): T[] {
  const start = Math.floor(Math.random() * list.length);
  return [...list.slice(start), ...list.slice(0, start)];
}
