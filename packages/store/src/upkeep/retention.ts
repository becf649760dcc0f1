import { NOBODY, writeAudit } from '../access/audit.ts';
import { CHUNK, inChunks } from '../database/in-chunks.ts';
import { dropExpiredPartitions, ensurePartitions } from '../schema/partitions.ts';
import type { Pool } from '../database/pool.ts';

export interface CleanedUp {
  /** How many rows were removed from each table; for the series, how many partitions. */
  removed: Record<string, number>;
  /** What could not be cleaned this time. Everything else was. */
  failed: { what: string; error: Error }[];
}

/**
 * How long finished refreshes with their items, deliveries and ticks are kept: long enough to look into last week's
 * trouble.
 */
const RECORD_DAYS = 30;
/** Events only as long as a client may be away and still resume. */
const EVENT_DAYS = 3;
/** How long the use of quotas is kept: longer than the longest window that can be configured, 92 days. */
const USAGE_DAYS = 100;
/** How long anomalies and alerts are kept after they were resolved: a quarter, to see which ones come back. */
const FINDING_DAYS = 90;
/** Refreshes deleted at a time, after their items were deleted in chunks. */
const REFRESHES = 500;

/** How many days the series and the audit log (0: for ever) are kept. */
export interface Retention {
  seriesDays: number;
  auditDays: number;
}

/**
 * Drops what is past its retention, and writes down in the audit log what went: partitions at once, rows in chunks, so
 * that no lock is held for long and no statement runs out of time. What fails keeps nothing else from being cleaned:
 * told at the end, it would else stay behind every night, and all that comes after it.
 */
export async function cleanUp(pool: Pool, { seriesDays, auditDays }: Retention): Promise<CleanedUp> {
  const removed: CleanedUp['removed'] = {};
  const failed: CleanedUp['failed'] = [];
  const tried = async (what: string, clean: () => Promise<number>): Promise<void> => {
    try {
      removed[what] = await clean();
    } catch (error) {
      failed.push({ what, error: error instanceof Error ? error : new Error(String(error)) });
    }
  };
  await tried('partitions', async () => {
    await ensurePartitions(pool);
    return dropExpiredPartitions(pool, seriesDays);
  });
  await tried('refreshes', () => forgetRefreshes(pool));
  for (const [table, text] of Object.entries(EXPIRED)) await tried(table, () => inChunks(pool, text));
  if (auditDays > 0) await tried('audit_log', () => inChunks(pool, EXPIRED_AUDIT, [auditDays]));
  const detail = {
    removed,
    ...(failed.length > 0 && { failed: failed.map(({ what, error }) => ({ what, error: error.message })) }),
  };
  await writeAudit(pool, NOBODY, { action: 'cleanup.finished', subject: null, detail });
  return { removed, failed };
}

const EXPIRED = {
  // The row with the last number stays: numbering continues from it.
  events: `delete from events where id in (select id from events where number is not null and at < now() - interval '${EVENT_DAYS} days'
     and number < (select max(number) from events) limit ${CHUNK})`,
  idempotency_keys: `delete from idempotency_keys where ctid in (select ctid from idempotency_keys where created_at < now() - interval '24 hours' limit ${CHUNK})`,
  sessions: `delete from sessions where token_hash in (select token_hash from sessions where expires_at < now() limit ${CHUNK})`,
  // An old one that is sent again waits like a new one, and was promised.
  webhook_deliveries: `delete from webhook_deliveries where id in (select id from webhook_deliveries where created_at < now() - interval '${RECORD_DAYS} days'
     and (state <> 'pending' or next_attempt_at < now() - interval '${RECORD_DAYS} days') limit ${CHUNK})`,
  anomalies: `delete from anomalies where id in (select id from anomalies where resolved_at < now() - interval '${FINDING_DAYS} days' limit ${CHUNK})`,
  alerts: `delete from alerts where id in (select id from alerts where resolved_at < now() - interval '${FINDING_DAYS} days' limit ${CHUNK})`,
  ticks: `delete from ticks t where ctid in (select ctid from ticks o where tick < now() - interval '${RECORD_DAYS} days'
     and exists (select from ticks n where n.schedule = o.schedule and n.tick > o.tick) limit ${CHUNK})`,
  provider_usage: `delete from provider_usage where ctid in (select ctid from provider_usage where "window" <> 'epoch' and period_start < now() - interval '${USAGE_DAYS} days' limit ${CHUNK})`,
};

/**
 * Earlier amounts of cash are read from the log (`changesToCalculate`): these entries stay for as long as their
 * portfolio exists.
 */
const EXPIRED_AUDIT = `
  delete from audit_log where id in (select a.id from audit_log a where a.at < now() - make_interval(days => $1)
    and not (coalesce(a.detail ? 'cash', false) and exists (select from portfolios p where p.id = a.subject)) limit ${CHUNK})`;

/**
 * Deletes the items first: deleting a refresh deletes all of its items in the same statement, and 500 refreshes of
 * 100,000 symbols would exceed the statement's time limit. The query also asks for `accepted_at`, which has the index;
 * a refresh is never accepted after it ended.
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
