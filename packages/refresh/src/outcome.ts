import type { HeadStart } from './plan/head-start.ts';
import type { Ahead } from './ports.ts';

/** What becomes of a step's job: the same closed set of shapes as the queue's outcomes. */
export type StepOutcome =
  /** `left`: what seems to wait still, after a call that couldn't take all. */
  | { kind: 'done'; left?: Ahead }
  | { kind: 'snoozed'; forMs: number }
  | { kind: 'parked'; forMs: number }
  | { kind: 'failed'; error: Error }
  | { kind: 'discarded'; error: Error };

export const done: StepOutcome = { kind: 'done' };

/** What a step knows of its job. */
export interface Job {
  id: string;
  attempt: number;
  lastAttempt: boolean;
  signal: AbortSignal;
  log(line: string): Promise<void>;
  /** What the job's previous call left behind, as far as that call knew. */
  left?: Ahead;
  /** Set when this is a plan's job making its first call: what can't be served now is left to a job of the lane. */
  headStart?: HeadStart;
}
