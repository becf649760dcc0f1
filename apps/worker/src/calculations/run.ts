import { type Calculations, SLICE } from '@freshet/refresh';
import {
  type CalculatedItem,
  type CalculationItem,
  calculationsOf,
  type Client,
  type Pool,
  RefreshIsOver,
  settleCalculated,
  takeSlice,
  withTx,
} from '@freshet/store';
import type { Landed } from '@freshet/refresh';
import type { Arithmetic } from './arithmetic/index.ts';
import { createBarsInMemory } from './bars-in-memory.ts';
import { createChangesInMemory } from './changes-in-memory.ts';
import { recalculateBenchmarks } from './recalculate-benchmarks.ts';
import { recalculatePortfolios } from './recalculate-portfolios.ts';
import { recalculateStrategy } from './recalculate-strategy.ts';
import type { Recalculating } from './recalculating.ts';

/** Kinds of refresh that are about all portfolios, and so about what stands beside them. */
const WITH_BENCHMARKS = new Set(['all', 'benchmark', 'strategy']);

/**
 * The calculations that follow a refresh, slice by slice: strategies first, then portfolios. Each slice is one transaction,
 * from taking it to settling it, so that it has its effect once, whoever dies; the arithmetic runs in threads.
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
  const changes = createChangesInMemory();

  async function settleSlice(
    client: Client,
    refresh: { id: string; kind: string; full: boolean },
    slice: number,
    items: CalculationItem[],
  ): Promise<Landed | null> {
    const waiting = await takeSlice(client, refresh.id, slice, items);
    if (!waiting || waiting.length === 0) return null;
    const on: Recalculating = {
      client,
      refreshId: refresh.id,
      full: refresh.full,
      asOf: now(),
      bars,
      changes,
      arithmetic,
    };
    const settled: CalculatedItem[] = [];
    let metrics = 0;
    for (const { subject } of waiting.filter(({ data }) => data === 'strategy')) {
      const done = await recalculateStrategy(subject, on);
      settled.push(done.item);
      metrics += done.metrics;
    }
    const portfolios = waiting.filter(({ data }) => data === 'portfolio').map(({ subject }) => subject);
    const done = await recalculatePortfolios(portfolios, on);
    return settleCalculated(client, refresh.id, [...settled, ...done.items], metrics + done.metrics, () =>
      WITH_BENCHMARKS.has(refresh.kind) ? recalculateBenchmarks(on) : Promise.resolve(0),
    );
  }

  return {
    async run({ refreshId, signal, committed }) {
      const calculations = await calculationsOf(pool, refreshId);
      if (!calculations) return;
      const { kind, mode, items } = calculations;
      const slices = Array.from({ length: Math.ceil(items.length / SLICE) }, (_, i) => i);
      for (const slice of startingAnywhere(slices)) {
        signal.throwIfAborted();
        const own = items.slice(slice * SLICE, (slice + 1) * SLICE);
        if (!own.some(({ waiting }) => waiting)) continue;
        try {
          const refresh = { id: refreshId, kind, full: mode === 'full' };
          const landed = await withTx(pool, (client) => settleSlice(client, refresh, slice, own));
          if (landed) await committed(landed);
        } catch (error) {
          if (error instanceof RefreshIsOver) return;
          throw error;
        }
      }
    },
  };
}

/** From a place of its own, so that those who share the work meet late. */
function startingAnywhere<T>(list: T[]): T[] {
  const start = Math.floor(Math.random() * list.length);
  return [...list.slice(start), ...list.slice(0, start)];
}
