import { calendarOf } from '@freshet/calendar';
import { DEFAULT_BENCHMARK } from '@freshet/market';
import {
  type CalculatedItem,
  packMetrics,
  strategyToRun,
  takeStrategy,
  writeCommonMetrics,
  writeStrategyResults,
} from '@freshet/store';
import type { StrategyDone } from './arithmetic/calculate-strategy.ts';
import { symbolsOfStrategy } from './arithmetic/strategy-symbols.ts';
import type { Recalculating } from './recalculating.ts';
import { readStrategyOptions } from './strategy-options.ts';

/**
 * Runs a strategy: allocations, signals, and its index with levels and metrics. The strategy stays locked until the
 * transaction ends.
 *
 * @throws StrategyInHand if another refresh holds the lock
 */
export async function recalculateStrategy(
  id: string,
  on: Recalculating,
): Promise<{ item: CalculatedItem; metrics: number }> {
  const { client, refreshId } = on;
  const item = { subject: id, data: 'strategy' as const };
  await takeStrategy(client, id);
  const strategy = await strategyToRun(client, id);
  if (!strategy) {
    const detail = 'the strategy was deleted in the meantime';
    return { item: { ...item, state: 'skipped', reason: 'no_data', detail }, metrics: 0 };
  }
  const { symbols, asOf } = await on.symbols.of(client, [
    ...new Set([...symbolsOfStrategy(strategy), DEFAULT_BENCHMARK]),
  ]);
  const series = await on.bars.of(client, symbols);
  let done: StrategyDone;
  try {
    done = await on.arithmetic.strategy({ strategy, options: readStrategyOptions(strategy.options), symbols, series });
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { item: { ...item, state: 'failed', reason: 'calculation', detail }, metrics: 0 };
  }
  await writeStrategyResults(client, {
    strategyId: id,
    refreshId,
    at: asOf,
    runs: done.runs.map((run, i) => ({ ...run, asOf: i === done.runs.length - 1 ? asOf : closeOf(run.session) })),
    signals: done.signals,
    applied: done.applied,
    levels: done.levels,
  });
  const metrics = await writeCommonMetrics(client, refreshId, asOf, packMetrics(done.metrics));
  if (done.reason) return { item: { ...item, state: 'skipped', reason: 'no_data', detail: done.reason }, metrics };
  return { item: { ...item, state: 'updated' }, metrics };
}

/** Weights of a past session took effect at its close. */
function closeOf(session: string): Date {
  return calendarOf('XNYS').session(session)?.close ?? new Date(`${session}T21:00:00Z`);
}
