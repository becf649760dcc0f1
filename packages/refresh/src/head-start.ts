import { call } from './call.ts';
import { done, type Job, type StepOutcome } from './outcome.ts';
import type { Begun } from './early-grant.ts';
import type { Ahead, World } from './ports.ts';

/** A call that whoever planned a refresh makes at once, instead of ringing the lane for it. */
export interface HeadStart {
  lane: string;
  /** What the plan has just put there. */
  ahead: Ahead;
  /** It has its grant already, and what it claimed along with the plan. */
  begun?: Begun | null;
}

/**
 * The first call of a plan, without the way over the lane's queue. It is a call like any other: it takes what is most urgent in the lane,
 * and its claims bear the refresh's id, whose job's lock says that it is alive. What it can't do, a job of the lane does.
 */
export async function headStart(refreshId: string, first: HeadStart, job: Job, world: World): Promise<StepOutcome> {
  // A call is shared: who cancels a refresh doesn't stop what others wait for.
  const signal = new AbortController().signal;
  const { lane, ahead } = first;
  const outcome = await call(lane, { ...job, id: refreshId, lastAttempt: false, signal, headStart: first }, world);
  if (outcome.kind === 'parked') await world.ring.lane(lane, 1, ahead.rank);
  return done;
}
