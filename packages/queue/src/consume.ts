import type { Redis } from 'ioredis';
import type { DataOf, QueueName } from './jobs.ts';
import type { Outcome } from './outcome.ts';
import type { Log } from './producer.ts';

export interface Work<Q extends QueueName> {
  id: string;
  data: DataOf<Q>;
  /** 1 for the first. */
  attempt: number;
  maxAttempts: number;
  /** After this attempt a failure is final. */
  lastAttempt: boolean;
  /** Aborted when the refresh is cancelled, the lock is lost or the process gives up waiting for the end. */
  signal: AbortSignal;
  /** One line into the job's log, shown in the failed list and in Bull Board. */
  log(line: string): Promise<void>;
}

export type Handler<Q extends QueueName> = (work: Work<Q>) => Promise<Outcome>;

export interface ConsumeOptions {
  /** A waiting client: `maxRetriesPerRequest: null`, no `commandTimeout`. A second one is made from it for blocking. */
  connection: Redis;
  prefix: string;
  concurrency?: number;
  log?: Log;
  /** A job came to rest in the failed set; `poison` when it killed its workers. */
  onGaveUp?(job: { queue: string; id: string; data: unknown; error: Error; poison: boolean }): void;
}

export interface Consumer {
  readonly queue: QueueName;
  /** Jobs running here now. */
  readonly running: number;
  /** False with a reason when jobs wait, nothing holds them and this consumer has taken none for long. For livez. */
  health(): { ok: boolean; because: string | null };
  ready(): Promise<void>;
  /** Stops taking, waits up to 25 s for what runs, then gives up on it (it will run again elsewhere). */
  close(withinMs?: number): Promise<void>;
}

export declare function consume<Q extends QueueName>(queue: Q, handler: Handler<Q>, options: ConsumeOptions): Consumer;
