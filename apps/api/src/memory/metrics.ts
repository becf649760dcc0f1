import type { Cache } from '@freshet/cache';
import { ttlS } from '@freshet/calendar';
import { ID_PREFIXES } from '@freshet/contracts';
import { listMetrics, type MetricsRow, type Pool } from '@freshet/store';

/** Tag of all cached metrics. Workers invalidate it whenever they write common metrics, which are written rarely and read often. */
export const COMMON_METRICS = 'type:metrics';

/** While Postgres is away, cached metrics are served for this long; their as_of tells their age. */
const STALE_S = 3_600;
/** More rows than a subject has periods, and as many as a page needs. */
const MOST_ROWS = 201;
const CALENDAR_YEAR = /^\d{4}$/;

/** Whether the metrics of a subject belong to no user: symbols, strategies, correlations. Those of portfolios are not cached. */
export const isCommon = (subject: string): boolean => !subject.startsWith(`${ID_PREFIXES.portfolio}_`);

type Kept = Omit<MetricsRow, 'asOf'> & { asOf: string };

/** Metrics of a common subject, all or of one period: from memory, else Redis, else the database. */
export async function commonMetrics(
  { pool, cache }: { pool: Pool; cache: Cache },
  subject: string,
  period?: string,
): Promise<MetricsRow[]> {
  const kept = await cache.get<Kept[]>(`metrics:${JSON.stringify([subject, period])}`, {
    ttlS: ttlS(period !== undefined && CALENDAR_YEAR.test(period) ? 'annual_returns' : 'metrics'),
    staleS: STALE_S,
    // A caller that waited for a refresh must read its metrics.
    strict: true,
    tags: [COMMON_METRICS],
    // An empty result stays out of Redis: a caller can ask for any word.
    shared: (rows) => rows.length > 0,
    load: async () =>
      (await listMetrics(pool, { subject, period, limit: MOST_ROWS })).map((row) => ({
        ...row,
        asOf: row.asOf.toISOString(),
      })),
  });
  return kept.map((row) => ({ ...row, asOf: new Date(row.asOf) }));
}
