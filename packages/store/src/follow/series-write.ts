import { writeEvents } from '../events/announce.ts';
import { dateArray, float8Array } from '../database/binary-array.ts';
import type { PackedMetrics } from './packed.ts';
import type { Client } from '../database/pool.ts';

/** A portfolio's history on its way into the store. */
export interface SeriesRow {
  portfolioId: string;
  /** Days since 1970-01-01. */
  days: Int32Array;
  values: Float64Array;
  flows: Float64Array;
  growth: Float64Array;
  inputs: string;
}

const COLUMNS = 6;

/** Replaces the series of portfolios, unless the stored ones are newer. Returns the ids of those replaced. */
export async function writeSeries(client: Client, refreshId: string, asOf: Date, rows: SeriesRow[]): Promise<string[]> {
  if (rows.length === 0) return [];
  const values = rows.flatMap((row) => [
    row.portfolioId,
    dateArray(row.days),
    float8Array(row.values),
    float8Array(row.flows),
    float8Array(row.growth),
    row.inputs,
  ]);
  const tuples = rows.map((_, i) => {
    const at = (column: number) => `$${i * COLUMNS + column}`;
    return `(${at(1)}::text, ${at(2)}::date[], ${at(3)}::float8[], ${at(4)}::float8[], ${at(5)}::float8[], ${at(6)}::text)`;
  });
  const written = await client.query<{ id: string }>(
    `insert into portfolio_series as s (portfolio_id, sessions, "values", flows, growth, inputs, as_of, refresh_id)
     select t.*, $${values.length + 1}::timestamptz, $${values.length + 2}
     from (values ${tuples.join(', ')}) as t(portfolio_id, sessions, "values", flows, growth, inputs)
     join portfolios p on p.id = t.portfolio_id
     on conflict (portfolio_id) do update set sessions = excluded.sessions, "values" = excluded."values",
       flows = excluded.flows, growth = excluded.growth, inputs = excluded.inputs, as_of = excluded.as_of,
       refresh_id = excluded.refresh_id where s.as_of <= excluded.as_of returning s.portfolio_id as id`,
    [...values, asOf.toISOString(), refreshId],
  );
  return written.rows.map(({ id }) => id);
}

/**
 * For series that were computed again and came out the same, as they must from the same inputs: writes only when and
 * for which refresh, unless the stored ones are newer. Returns the ids of those written.
 */
export async function touchSeries(
  client: Client,
  refreshId: string,
  asOf: Date,
  portfolioIds: string[],
): Promise<string[]> {
  if (portfolioIds.length === 0) return [];
  const { rows } = await client.query<{ id: string }>({
    name: 'touch-series',
    text: `update portfolio_series set as_of = $2, refresh_id = $3 where portfolio_id = any($1) and as_of <= $2
           returning portfolio_id as id`,
    values: [portfolioIds, asOf.toISOString(), refreshId],
  });
  return rows.map(({ id }) => id);
}

/**
 * Writes metrics over those of the same subject and period, unless the stored ones are newer. Returns how many.
 *
 * @param overtaken subjects that have newer results stored: nothing is written of them, not even a period that those lack
 */
export async function writeMetrics(
  client: Client,
  refreshId: string | null,
  asOf: Date,
  { count, subjects, periods, values }: PackedMetrics,
  overtaken: string[] = [],
): Promise<number> {
  if (count === 0) return 0;
  const { rowCount } = await client.query({
    name: 'write-metrics',
    text: `insert into metrics as m (subject, period, as_of, "values", refresh_id)
           select subject, period, $4, "values", $5 from unnest($1::text[], $2::text[], $3::json[]) as t(subject, period, "values")
           where subject <> all($6::text[])
           on conflict (subject, period) do update set as_of = excluded.as_of, "values" = excluded."values",
             refresh_id = excluded.refresh_id where m.as_of <= excluded.as_of`,
    values: [subjects, periods, values, asOf.toISOString(), refreshId, overtaken],
  });
  return rowCount ?? 0;
}

/** Writes metrics of symbols and strategies, which belong to nobody, and tells every cache in the same commit. */
export async function writeCommonMetrics(
  client: Client,
  refreshId: string | null,
  asOf: Date,
  metrics: PackedMetrics,
): Promise<number> {
  const written = await writeMetrics(client, refreshId, asOf, metrics);
  if (written > 0) {
    const measured = { type: 'metrics', user_id: null, portfolio_id: null, operation: 'measured' };
    await writeEvents(client, [{ type: 'cache_invalidation', userId: null, items: [measured] }]);
  }
  return written;
}

/**
 * Drops the metrics of these subjects for all other periods: their history begins later now, or they hold nothing any
 * more.
 */
export async function dropOtherMetrics(client: Client, kept: { subject: string; periods: string[] }[]): Promise<void> {
  if (kept.length === 0) return;
  await client.query({
    name: 'drop-other-metrics',
    text: `delete from metrics m using unnest($1::text[], $2::jsonb[]) as t(subject, periods)
           where m.subject = t.subject and not t.periods ? m.period`,
    values: [kept.map(({ subject }) => subject), kept.map(({ periods }) => JSON.stringify(periods))],
  });
}
