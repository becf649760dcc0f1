import { setTimeout as sleep } from 'node:timers/promises';
import type { Queryable } from '../database/pool.ts';

const PARENT = 'financial_time_series';
/** The longest that readers and writers of the series may have to wait for us. */
const ATTACH_MS = 2_000;
const DROP_MS = 500;
const DROPS = 5;
const BETWEEN_MS = 1_000;

/**
 * Makes a partition beside the series and then attaches it, unless another process has done so meanwhile. `create table
 * … partition of` would lock the series exclusively: while a dump reads it, that waits, and everybody else waits behind
 * it. Attaching lets them all through.
 */
export const makePartition = (name: string, from: string, to: string): string => `do $$ begin
  perform set_config('lock_timeout', '${ATTACH_MS}', true);
  if to_regclass('"${name}"') is null then
    create table "${name}" (like ${PARENT} including all);
    alter table ${PARENT} attach partition "${name}" for values from ('${from}') to ('${to}');
  end if;
end $$`;

/**
 * Drops a partition, which locks the whole series for a moment. While a dump reads the series, each attempt gives up
 * before others have waited behind it for long. @throws Error of pg (55P03) when the dump outlasts all attempts: the
 * next cleaning drops it
 */
export async function dropPartition(db: Queryable, name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await db.query(`select set_config('lock_timeout', '${DROP_MS}', true); drop table if exists "${name}"`);
      return;
    } catch (error) {
      if ((error as { code?: unknown }).code !== '55P03' || attempt === DROPS) throw error;
      await sleep(BETWEEN_MS);
    }
  }
}
