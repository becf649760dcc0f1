/**
 * What a handler can return: a closed set. Only `decide.ts` turns an outcome into what the queue does.
 *
 * - `done`: finished.
 * - `snoozed`: this job again after `forMs`; no attempt is spent.
 * - `parked`: the whole queue waits `forMs`, on every worker; this job keeps its place and spends no attempt.
 * - `failed`: an attempt is spent; the queue's policy says whether and when it is tried again.
 * - `discarded`: to the failed set at once; trying again can't help.
 */
export type Outcome =
  | { kind: 'done' }
  | { kind: 'snoozed'; forMs: number }
  | { kind: 'parked'; forMs: number }
  | { kind: 'failed'; error: Error }
  | { kind: 'discarded'; error: Error };

export const done: Outcome = { kind: 'done' };
export const snoozed = (forMs: number): Outcome => ({ kind: 'snoozed', forMs });
export const parked = (forMs: number): Outcome => ({ kind: 'parked', forMs });
export const failed = (error: Error): Outcome => ({ kind: 'failed', error });
export const discarded = (error: Error): Outcome => ({ kind: 'discarded', error });
