import type { HeadStart } from './head-start.ts';
import type { Ahead } from './ports.ts';

/** What a step says of its job; the queue's closed set, by shape. */
export type StepOutcome =
  /** `left`: of a call that left something behind, and what that seems to be. */
  | { kind: 'done'; left?: Ahead }
  | { kind: 'snoozed'; forMs: number }
  | { kind: 'parked'; forMs: number }
  | { kind: 'failed'; error: Error }
  | { kind: 'discarded'; error: Error };

export const done: StepOutcome = { kind: 'done' };

/** What a step may know of the job that rang it. */
export interface Job {
  id: string;
  attempt: number;
  lastAttempt: boolean;
  signal: AbortSignal;
  log(line: string): Promise<void>;
  /** What the call that it made before left behind, as far as that knew. */
  left?: Ahead;
  /** Not a job of a lane, but of a plan that has just put this there: what can't be served now is left to a job of the lane. */
  headStart?: HeadStart;
}
