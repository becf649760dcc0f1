import { dropPartition, makePartition } from './partition-ddl.ts';
import type { Queryable } from './pool.ts';

const DAY_MS = 86_400_000;
/** How long the series is kept; the latest quote of each symbol is kept apart and for ever. */
export const RETENTION_DAYS = 30;
/** Days ahead: a week in which nobody comes by to make more. */
const AHEAD_DAYS = 8;

const PARTITION_LOCK = 7_305_012;

/** Makes the daily partitions of the series from the retention's first day to a week ahead, where they are missing. */
export async function ensurePartitions(db: Queryable, now = new Date()): Promise<void> {
  const days: string[] = [];
  for (let day = -RETENTION_DAYS - 1; day <= AHEAD_DAYS; day++) days.push(utcDay(now, day));
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

/** Drops the partitions that are past the retention; says how many. Dropping is immediate and leaves no dead rows. */
export async function dropExpiredPartitions(db: Queryable, now = new Date(), days = RETENTION_DAYS): Promise<number> {
  const oldestKept = partitionName(utcDay(now, -days));
  const { rows } = await db.query<{ name: string }>(PARTITIONS);
  const expired = rows.map((row) => row.name).filter((name) => name < oldestKept);
  for (const name of expired) await dropPartition(db, name);
  return expired.length;
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
