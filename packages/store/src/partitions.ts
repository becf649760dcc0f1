import { databaseNow } from './clock.ts';
import { dropPartition, makePartition } from './partition-ddl.ts';
import type { Queryable } from './pool.ts';

const DAY_MS = 86_400_000;
/** No quote older than this is written to the series, however long the series is kept: so far back there are always partitions. */
export const WRITTEN_DAYS = 30;
/** Days ahead: a week in which nobody comes by to make more. */
const AHEAD_DAYS = 8;

const PARTITION_LOCK = 7_305_012;

/**
 * Makes the daily partitions of the series where they are missing: of all days that quotes are written to, and a week ahead. By the database's
 * clock: a process whose own is a month ahead would drop the partition of today, and nothing could land.
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
 * Drops the partitions that are past a retention of so many days; says how many. Dropping is immediate and leaves no dead rows. Those
 * that a late quote may still be written to are emptied instead: without its partition, everything that lands with it would be undone.
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
