import { DEFAULT_BENCHMARK } from '@freshet/market';
import type { Client, Queryable } from '../database/pool.ts';

/** A strategy with the rebalancings that its index took on. The index levels follow from these. */
export interface StrategyToRun {
  id: string;
  method: string;
  options: Record<string, unknown>;
  symbols: string[];
  appliesToIndex: boolean;
  capital: string;
  version: number;
  /** Oldest first. */
  rebalancings: { session: string; weights: Record<string, number> }[];
}

/** A strategy as it is to be run, with the rebalancings that its index has taken on; null when it is gone. */
export async function strategyToRun(db: Queryable, id: string): Promise<StrategyToRun | null> {
  const { rows } = await db.query<StrategyToRun>({
    name: 'strategy-to-run',
    text: `select s.id, s.method, s.options, s.symbols, s.applies_to_index as "appliesToIndex", s.capital::text, s.version,
             coalesce((select json_agg(json_build_object('session', r.session, 'weights', r.weights) order by r.session)
               from (select session, json_object_agg(symbol, weight order by symbol) as weights from allocations
                     where strategy_id = s.id and applied and reason is null group by session) r), '[]') as rebalancings
           from strategies s where s.id = $1`,
    values: [id],
  });
  return rows[0] ?? null;
}

export interface StrategyResults {
  strategyId: string;
  refreshId: string;
  at: Date;
  runs: {
    session: string;
    /** When the weights took effect; the newest run's is now. */
    asOf: Date;
    applied: boolean;
    /** `reason`: why the run left it out, with a weight of 0. */
    weights: { symbol: string; weight: number; quantity: string | null; reason: string | null }[];
  }[];
  signals: { symbol: string; side: 'buy' | 'sell'; quantity: string; value: string }[];
  /** Whether the signals were applied to the index. */
  applied: boolean;
  levels: { session: string; level: number; units: Record<string, number> | null }[];
}

/**
 * Writes the results of a strategy's run. Runs that the index took on are kept for ever; of the others, only the last
 * is kept. Levels that equal the stored ones are left alone.
 */
export async function writeStrategyResults(client: Client, results: StrategyResults): Promise<void> {
  const { strategyId, refreshId, at, runs, signals, applied, levels } = results;
  if (runs.length > 0) {
    await client.query('delete from allocations where strategy_id = $1 and not applied', [strategyId]);
    const rows = runs.flatMap(({ weights, ...run }) => weights.map((weight) => ({ ...run, ...weight })));
    await client.query(
      `insert into allocations (strategy_id, session, as_of, applied, symbol, weight, quantity, reason, refresh_id)
       select $1, t.*, $2
       from unnest($3::date[], $4::timestamptz[], $5::bool[], $6::text[], $7::numeric[], $8::numeric[], $9::text[]) as t
       on conflict (strategy_id, as_of, symbol) do nothing`,
      [
        strategyId,
        refreshId,
        rows.map((row) => row.session),
        rows.map((row) => row.asOf.toISOString()),
        rows.map((row) => row.applied),
        rows.map((row) => row.symbol),
        rows.map((row) => row.weight),
        rows.map((row) => row.quantity),
        rows.map((row) => row.reason),
      ],
    );
    await client.query('delete from signals where strategy_id = $1 and not applied', [strategyId]);
    await client.query(
      `insert into signals (strategy_id, refresh_id, at, applied, symbol, side, quantity, value)
       select $1, $2, $3, $4, t.* from unnest($5::text[], $6::text[], $7::numeric[], $8::numeric[]) as t`,
      [
        strategyId,
        refreshId,
        at.toISOString(),
        applied,
        signals.map((signal) => signal.symbol),
        signals.map((signal) => signal.side),
        signals.map((signal) => signal.quantity),
        signals.map((signal) => signal.value),
      ],
    );
  }
  if (levels.length === 0) return;
  await client.query(
    `with t as (select * from unnest($2::date[], $3::numeric[], $4::jsonb[]) as t(session, level, units)),
       gone as (delete from index_values where index_id = $1 and session not in (select session from t))
     insert into index_values as v (index_id, session, level, units) select $1, t.* from t
     on conflict (index_id, session) do update set level = excluded.level, units = excluded.units, computed_at = now()
     where (v.level, v.units) is distinct from (excluded.level, excluded.units)`,
    [
      strategyId,
      levels.map((level) => level.session),
      levels.map((level) => level.level),
      levels.map((level) => level.units && JSON.stringify(level.units)),
    ],
  );
}

/** The symbols with metrics and correlations of their own: benchmarks in use, and the default watchlist. */
export async function benchmarkScope(db: Queryable): Promise<{ benchmarks: string[]; correlated: string[] }> {
  const { rows } = await db.query<{ benchmarks: string[]; watched: string[] }>({
    name: 'benchmark-scope',
    text: `select
             (select array_agg(symbol order by symbol <> '${DEFAULT_BENCHMARK}', symbol)
              from (select benchmark as symbol from portfolios where active union select '${DEFAULT_BENCHMARK}') b) as benchmarks,
             coalesce((select array_agg(i.symbol order by i.position, i.symbol) from watchlist_items i
              join watchlists w on w.id = i.watchlist_id where w.is_default), '{}') as watched`,
  });
  const benchmarks = rows[0]?.benchmarks ?? [];
  return {
    benchmarks,
    correlated: [...new Set([...benchmarks, ...(rows[0]?.watched ?? [])])].slice(0, MOST_CORRELATED),
  };
}

/** The largest matrix that people can still read and a page can still load. */
const MOST_CORRELATED = 60;
