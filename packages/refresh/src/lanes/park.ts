import { clearLane } from './clear-lane.ts';
import type { Job, StepOutcome } from '../outcome.ts';
import type { CallRefusal, Lane, World } from '../ports.ts';

/** A shorter wait is ordinary for a busy lane, whether its provider is well or not. */
const WORTH_MOVING_MS = 1000;

/**
 * Parks a lane whose grant was refused. When the refusal is long, or means trouble, or the provider isn't known to be well, the lane's wants
 * are gone through: those that another provider can serve now move there, those that none can serve in time fail, and the others are looked
 * at again before long, because another provider may have room by then. While the provider is down for long and no other is up, a want fails
 * without having been asked for: the last good price now is worth more than perhaps a new one later. The wants that this job keeps
 * for its next attempt are included: that attempt is far off, and refreshes that joined those wants would wait for it as well.
 */
export async function park(lane: Lane, job: Job, refusal: CallRefusal, world: World): Promise<StepOutcome> {
  const { patienceMs } = world.lanes;
  const troubled = refusal.kind === 'unavailable' || refusal.kind === 'bad_key';
  const isLong = refusal.retryInMs > patienceMs;
  const isTry = world.lanes.isUnwell(lane.name) && refusal.retryInMs >= WORTH_MOVING_MS;
  if (troubled || isLong || isTry) {
    const until = new Date(world.now().getTime() + refusal.retryInMs);
    const why = { provider: lane.name, reason: refusal.kind, detail: refusal.because };
    if (isLong) await world.record.freeCall(job.id);
    await clearLane(lane.name, { until, why, isDown: troubled && isLong, isUnproven: isTry && isLong }, world);
  }
  return { kind: 'parked', forMs: Math.min(refusal.retryInMs, patienceMs) };
}
