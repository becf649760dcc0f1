import { databaseNow } from '../database/clock.ts';
import { dropPartition, makePartition } from './partition-ddl.ts';
import type { Queryable } from '../database/pool.ts';

const DAY_MS = 86_400_000;
/**
 * Quotes older than this are not written to the series, however long that is kept. There are always partitions this far
 * back.
 */
export const WRITTEN_DAYS = 30;
/** Days ahead that have partitions: enough for a week in which no process makes more. */
const AHEAD_DAYS = 8;

const PARTITION_LOCK = 7_305_012;

/**
 * Makes the missing daily partitions of the series: of every day that quotes are written to, and a week ahead. It goes
 * by the database's clock: a process whose own is a month ahead would drop the partition of today, and nothing could
 * land.
 */
export async function ensurePartitions(db: Queryable): Promise<void> {
  const now = await databaseNow(db);
  const days: string[] = [];
  for (let day = -WRITTEN_DAYS - 1; day <= AHEAD_DAYS; day++) days.push(utcDay(now, day));
  const { rows } = await db.query<{ name: string }>(PARTITIONS);
  const have = new Set(rows.map((row) => row.name));
  const missing = days.filter((day) => !have.has(partitionName(day)));
  if (missing.length === 0) return;
  const statements = missing.map((day) =>
    makePartition(partitionName(day), `${day}T00:00:00Z`, `${utcDay(new Date(`${day}T00:00:00Z`), 1)}T00:00:00Z`),
  );
  // One string is one transaction; the lock keeps two processes from making the same partition at once.
  await db.query([`select pg_advisory_xact_lock(${PARTITION_LOCK})`, ...statements].join(';'));
}

/**
 * Drops the partitions that are older than `days`; returns how many. Dropping is immediate and leaves no dead rows.
 * Partitions that a late quote may still be written to are emptied instead: without them, everything that lands with it
 * would be undone.
 */
export async function dropExpiredPartitions(db: Queryable, days: number): Promise<number> {
  const now = await databaseNow(db);
  const oldestKept = partitionName(utcDay(now, -days));
  const oldestWritten = partitionName(utcDay(now, -WRITTEN_DAYS - 1));
  const { rows } = await db.query<{ name: string }>(PARTITIONS);
  let expired = 0;
  for (const { name } of rows.filter((row) => row.name < oldestKept)) {
    if (name < oldestWritten) await dropPartition(db, name);
    else if (await isEmpty(db, name)) continue;
    else await db.query(`truncate "${name}"`);
    expired++;
  }
  return expired;
}

async function isEmpty(db: Queryable, table: string): Promise<boolean> {
  return (await db.query(`select from "${table}" limit 1`)).rowCount === 0;
}

const PARTITIONS = `
  select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
  where i.inhparent = 'financial_time_series'::regclass`;

function utcDay(from: Date, offset: number): string {
  return new Date(from.getTime() + offset * DAY_MS).toISOString().slice(0, 10);
}

function partitionName(day: string): string {
  return `financial_time_series_${day.replaceAll('-', '_')}`;
}
