import type { ScheduleSpec } from '@freshet/calendar';
import type { Schedulers } from '@freshet/queue';
import { type Logger, troubleOf } from '@freshet/runtime';
import { type Pool, readSchedules } from '@freshet/store';
import { cadenceOf } from './cadence.ts';

/** Has BullMQ ring for every schedule as often as its spec says now; one whose spec can't be rung by (a bad zone) stops no other's. */
export async function keepRinging({
  pool,
  schedulers,
  log,
}: {
  pool: Pool;
  schedulers: Pick<Schedulers, 'upsertScheduler'>;
  log: Logger;
}): Promise<void> {
  for (const { name, spec } of await readSchedules(pool)) {
    try {
      await schedulers.upsertScheduler(name, cadenceOf(spec as ScheduleSpec));
    } catch (err) {
      troubleOf(log).met(err, 'nobody rings for a schedule; the sweeper looks after it', { schedule: name });
    }
  }
}
