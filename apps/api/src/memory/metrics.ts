import type { Cache } from '@freshet/cache';
import { ttlS } from '@freshet/calendar';
import { ID_PREFIXES } from '@freshet/contracts';
import { listMetrics, type MetricsRow, type Pool } from '@freshet/store';

/** Every cached answer of metrics carries it: whoever writes metrics that are nobody's says so, and they are read often and written seldom. */
export const COMMON_METRICS = 'type:metrics';

/** While the database is away the last ones are served, which say of when they are. */
const STALE_S = 3_600;
/** More than a subject has periods, and as many as a page can ask for. */
const MOST_ROWS = 201;
const CALENDAR_YEAR = /^\d{4}$/;

/** Whether they are nobody's: of a symbol, a strategy, the correlations. A portfolio's are read with its snapshot, from the database. */
export const isCommon = (subject: string): boolean => !subject.startsWith(`${ID_PREFIXES.portfolio}_`);

type Kept = Omit<MetricsRow, 'asOf'> & { asOf: string };

/** The metrics of what is nobody's, all or of one period: from memory, else Redis, else the database. */
export async function commonMetrics(
  { pool, cache }: { pool: Pool; cache: Cache },
  subject: string,
  period?: string,
): Promise<MetricsRow[]> {
  const kept = await cache.get<Kept[]>(`metrics:${JSON.stringify([subject, period])}`, {
    ttlS: ttlS(period !== undefined && CALENDAR_YEAR.test(period) ? 'annual_returns' : 'metrics'),
    staleS: STALE_S,
    // Who has waited for a refresh wants to read what it measured.
    strict: true,
    tags: [COMMON_METRICS],
    // That there are none can be asked of any word.
    shared: (rows) => rows.length > 0,
    load: async () =>
      (await listMetrics(pool, { subject, period, limit: MOST_ROWS })).map((row) => ({
        ...row,
        asOf: row.asOf.toISOString(),
      })),
  });
  return kept.map((row) => ({ ...row, asOf: new Date(row.asOf) }));
}
