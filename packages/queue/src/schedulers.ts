import { type Producer, queuesOf } from './producer.ts';
import { jobSettings } from './settings.ts';

/** Every so many ms, or a cron pattern in an IANA zone. */
export type Cadence = { everyMs: number } | { cron: string; zone: string };

export interface SchedulerState {
  name: string;
  cadence: Cadence;
  nextAt: Date | null;
}

/**
 * Repeating rings. A scheduler only rings the queue `ticks` with its name; that queue is used for nothing else, so nothing can keep it busy.
 * The consumer works out which ticks are due since the last recorded one, so a ring that is lost or doubled changes nothing.
 */
export interface Schedulers {
  /** Makes it, or changes its cadence; from any number of processes at once there is one scheduler. */
  upsertScheduler(name: string, cadence: Cadence): Promise<void>;
  /** False when there was none. */
  removeScheduler(name: string): Promise<boolean>;
  listSchedulers(): Promise<SchedulerState[]>;
}

export function createSchedulers(producer: Producer): Schedulers {
  const queues = queuesOf(producer);
  return {
    upsertScheduler: (name, cadence) =>
      queues.with('ticks', async (queue) => {
        const repeat = 'everyMs' in cadence ? { every: cadence.everyMs } : { pattern: cadence.cron, tz: cadence.zone };
        await queue.upsertJobScheduler(name, repeat, {
          name: 'tick',
          data: { schedule: name },
          opts: jobSettings('ticks', 10),
        });
      }),
    removeScheduler: (name) => queues.with('ticks', (queue) => queue.removeJobScheduler(name)),
    listSchedulers: () =>
      queues.with('ticks', async (queue) => {
        const all = await queue.getJobSchedulers(0, -1, true);
        return all.map(({ key, every, pattern, tz, next }) => ({
          name: key,
          cadence: pattern ? { cron: pattern, zone: tz ?? 'UTC' } : { everyMs: Number(every) },
          nextAt: next ? new Date(next) : null,
        }));
      }),
  };
}
