import type { ScheduleSpec } from '@freshet/calendar';
import type { Schedulers } from '@freshet/queue';
import { type Logger, troubleOf } from '@freshet/runtime';
import { type Pool, readSchedules } from '@freshet/store';
import { cadenceOf } from './cadence.ts';

/** Sets up BullMQ's repeating ring for every schedule by its current spec. A schedule with a bad spec (a zone, for example) doesn't stop the others. */
export async function keepRinging({
  pool,
  schedulers,
  log,
}: {
  pool: Pool;
  schedulers: Pick<Schedulers, 'upsertScheduler'>;
  log: Logger;
}): Promise<void> {
  const renew = async ({ name, spec }: Awaited<ReturnType<typeof readSchedules>>[number]) => {
    try {
      await schedulers.upsertScheduler(name, cadenceOf(spec as ScheduleSpec));
    } catch (err) {
      troubleOf(log).met(
        err,
        'BullMQ could not be set to ring for a schedule; the scheduler still checks every 5 s what is due',
        { schedule: name },
      );
    }
  };
  // All at once: one after the other, a Redis that is silent would hold up a scheduler that stops by 1.5 s for each.
  await Promise.all((await readSchedules(pool)).map(renew));
}
