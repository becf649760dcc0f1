import { setTimeout as sleep } from 'node:timers/promises';
import type { Queryable } from './pool.ts';

const PARENT = 'financial_time_series';
/** So long whoever reads or writes the series may have to stand behind us. */
const ATTACH_MS = 2_000;
const DROP_MS = 500;
const DROPS = 5;
const BETWEEN_MS = 1_000;

/**
 * Makes a partition beside the series and then attaches it, unless somebody has meanwhile. `create table … partition
 * of` wants the series for itself: while a dump reads it, it waits, and everybody else behind it. Attaching lets them
 * all through.
 */
export const makePartition = (name: string, from: string, to: string): string => `do $$ begin
  perform set_config('lock_timeout', '${ATTACH_MS}', true);
  if to_regclass('"${name}"') is null then
    create table "${name}" (like ${PARENT} including all);
    alter table ${PARENT} attach partition "${name}" for values from ('${from}') to ('${to}');
  end if;
end $$`;

/**
 * Drops a partition, which wants the whole series for a moment: while a dump reads it, it is given up before others
 * have waited behind us for long, and tried again. @throws Error of pg (55P03) when the dump outlasts that: the next
 * cleaning drops it
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
