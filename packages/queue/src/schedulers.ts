import type { Producer } from './producer.ts';

/** Every so many ms, or a cron pattern in an IANA zone. */
export type Cadence = { everyMs: number } | { cron: string; zone: string };

export interface SchedulerState {
  name: string;
  cadence: Cadence;
  nextAt: Date | null;
}

/** What repeats: it only rings `ticks` with the schedule's name. Which ticks are due is decided by who is rung. */
export interface Schedulers {
  upsertScheduler(name: string, cadence: Cadence): Promise<void>;
  removeScheduler(name: string): Promise<boolean>;
  listSchedulers(): Promise<SchedulerState[]>;
}

export declare function createSchedulers(producer: Producer): Schedulers;
