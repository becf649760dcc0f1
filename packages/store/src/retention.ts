import { writeEvents } from './announce.ts';
import { dropExpiredPartitions, ensurePartitions } from './partitions.ts';
import type { Pool } from './pool.ts';

export interface CleanedUp {
  partitions: number;
  refreshes: number;
  events: number;
  other: number;
  /** What could not be cleaned this time; the rest was. */
  failed: { what: string; error: Error }[];
}

/** How long finished refreshes with their items, deliveries and ticks are kept: long enough to look into last week's trouble. */
const RECORD_DAYS = 30;
/** Events only as long as a client may be away and still resume. */
const EVENT_DAYS = 3;
/** How long the use of quotas is kept: longer than the longest window that can be configured, 92 days. */
const USAGE_DAYS = 100;
/** How long what was wrong is kept after it was resolved: a quarter, to see what comes again. */
const FINDING_DAYS = 90;
const CHUNK = 5_000;
/** Refreshes that are taken at once; of their items, a chunk after the other. */
const REFRESHES = 500;

/**
 * Drops what is past its retention: partitions at once, rows in chunks, so that no lock is held for long and no statement runs out of time.
 * What fails keeps nothing else from being cleaned: told at the end, it would else stay behind every night, and all that comes after it.
 */
export async function cleanUp(pool: Pool, seriesDays: number): Promise<CleanedUp> {
  const failed: CleanedUp['failed'] = [];
  const tried = async (what: string, clean: () => Promise<number>): Promise<number> => {
    try {
      return await clean();
    } catch (error) {
      failed.push({ what, error: error instanceof Error ? error : new Error(String(error)) });
      return 0;
    }
  };
  const partitions = await tried('partitions', async () => {
    await ensurePartitions(pool);
    return dropExpiredPartitions(pool, seriesDays);
  });
  const refreshes = await tried('refreshes', () => forgetRefreshes(pool));
  // The last number stays: the numbers go on from it.
  const events = await tried('events', () =>
    inChunks(
      pool,
      `delete from events where id in (select id from events where number is not null and at < now() - interval '${EVENT_DAYS} days'
       and number < (select max(number) from events) limit ${CHUNK})`,
    ),
  );
  let other = 0;
  for (const [what, text] of Object.entries({
    'idempotency keys': `delete from idempotency_keys where ctid in (select ctid from idempotency_keys where created_at < now() - interval '24 hours' limit ${CHUNK})`,
    sessions: `delete from sessions where token_hash in (select token_hash from sessions where expires_at < now() limit ${CHUNK})`,
    deliveries: `delete from webhook_deliveries where id in (select id from webhook_deliveries where created_at < now() - interval '${RECORD_DAYS} days' limit ${CHUNK})`,
    anomalies: `delete from anomalies where id in (select id from anomalies where resolved_at < now() - interval '${FINDING_DAYS} days' limit ${CHUNK})`,
    alerts: `delete from alerts where id in (select id from alerts where resolved_at < now() - interval '${FINDING_DAYS} days' limit ${CHUNK})`,
    ticks: `delete from ticks t where ctid in (select ctid from ticks o where tick < now() - interval '${RECORD_DAYS} days'
       and exists (select from ticks n where n.schedule = o.schedule and n.tick > o.tick) limit ${CHUNK})`,
    'use of quotas': `delete from provider_usage where ctid in (select ctid from provider_usage where "window" <> 'epoch' and period_start < now() - interval '${USAGE_DAYS} days' limit ${CHUNK})`,
  })) {
    other += await tried(what, () => inChunks(pool, text));
  }
  return { partitions, refreshes, events, other, failed };
}

/**
 * Their items first: deleting a refresh takes all of them along in the same statement, and 500 of 100,000 symbols are more than one gets
 * through in its time. None was accepted after it ended, and the index is of when they were accepted.
 */
async function forgetRefreshes(pool: Pool): Promise<number> {
  let total = 0;
  for (;;) {
    const { rows } = await pool.query<{ id: string }>(
      `select id from refreshes where ended_at < now() - interval '${RECORD_DAYS} days'
         and accepted_at < now() - interval '${RECORD_DAYS} days' order by accepted_at limit ${REFRESHES}`,
    );
    const ids = rows.map(({ id }) => id);
    if (ids.length === 0) return total;
    await inChunks(
      pool,
      `delete from refresh_items where ctid = any(array(select ctid from refresh_items where refresh_id = any($1) limit ${CHUNK}))`,
      [ids],
    );
    const { rowCount } = await pool.query('delete from refreshes where id = any($1)', [ids]);
    total += rowCount ?? 0;
  }
}

/** What was calculated of something that has gone since: nobody can read it any more, but for the metrics that are listed beside others. */
const ORPHANS = [
  `delete from metrics where ctid in (select m.ctid from metrics m where m.subject like 'pf\\_%'
     and not exists (select from portfolios p where p.id = m.subject) limit ${CHUNK})`,
  `delete from metrics where ctid in (select m.ctid from metrics m where m.subject like 'stg\\_%'
     and not exists (select from strategies s where s.id = m.subject) limit ${CHUNK})`,
  `delete from allocations where ctid in (select a.ctid from allocations a
     where not exists (select from strategies s where s.id = a.strategy_id) limit ${CHUNK})`,
  `delete from signals where ctid in (select g.ctid from signals g
     where not exists (select from strategies s where s.id = g.strategy_id) limit ${CHUNK})`,
  `delete from index_values where ctid in (select v.ctid from index_values v
     where not exists (select from strategies s where s.id = v.index_id) limit ${CHUNK})`,
  `delete from holding_changes where id in (select c.id from holding_changes c
     where not exists (select from portfolios p where p.id = c.portfolio_id) limit ${CHUNK})`,
];

/**
 * The weekly deep clean: orphans that nothing points at, fresh statistics for the planner, and all cached answers, on every process, made
 * anew: whatever became of the word that should have ended one, it doesn't outlive the week. What caches keep in Redis expires by itself.
 */
export async function deepClean(pool: Pool): Promise<void> {
  for (const text of ORPHANS) await inChunks(pool, text);
  for (const table of ['latest_quotes', 'refreshes', 'refresh_items', 'wants', 'daily_bars', 'events'])
    await pool.query(`analyze ${table}`);
  const everything = { type: 'all', user_id: null, portfolio_id: null, operation: 'deep_clean' };
  await writeEvents(pool, [{ type: 'cache_invalidation', userId: null, items: [everything] }]);
}

async function inChunks(pool: Pool, text: string, values: unknown[] = []): Promise<number> {
  let total = 0;
  for (;;) {
    const { rowCount } = await pool.query(text, values);
    total += rowCount ?? 0;
    if ((rowCount ?? 0) < CHUNK) return total;
  }
}
