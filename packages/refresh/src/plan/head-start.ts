import { call } from '../call/call.ts';
import { done, type Job, type StepOutcome } from '../outcome.ts';
import type { Begun } from './early-grant.ts';
import type { Ahead, World } from '../ports.ts';

/** The call that a plan's own job makes at once, instead of ringing the lane for it. */
export interface HeadStart {
  lane: string;
  /** What the plan has just put into the lane. */
  ahead: Ahead;
  /** Its grant and claims, if it got them along with the plan. */
  begun?: Begun | null;
}

/**
 * The first call of a plan, made without the detour over the lane's queue. It is a call like any other: it claims the most urgent wants of
 * the lane. Its call id is the refresh's id, so the lock of the refresh's job shows that it is alive. What it can't do is left to a job of the lane.
 */
export async function headStart(refreshId: string, first: HeadStart, job: Job, world: World): Promise<StepOutcome> {
  // A call is shared: cancelling this refresh must not stop what other refreshes wait for.
  const signal = new AbortController().signal;
  const { lane, ahead } = first;
  const outcome = await call(lane, { ...job, id: refreshId, lastAttempt: false, signal, headStart: first }, world);
  if (outcome.kind === 'parked') await world.ring.lane(lane, 1, ahead.rank);
  return done;
}
