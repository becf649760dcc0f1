import { clearLane } from './clear-lane.ts';
import type { Job, StepOutcome } from './outcome.ts';
import type { CallRefusal, Lane, World } from './ports.ts';

/** Less than this is the ordinary waiting of a busy lane, be its provider well or not. */
const WORTH_MOVING_MS = 1000;

/**
 * Refused: the lane is parked. When that is for long or for trouble, or the provider isn't known to be well anyway, those who can be served elsewhere now go, and the hopeless are told; the
 * others are looked at again before long, for by then there may be room elsewhere. Whoever hasn't been asked for yet, while the
 * provider is down for long and nobody else is up, is hopeless at once: the last good price now is worth more than a new one perhaps.
 * What this job keeps for its next attempt is no exception, for that won't come for long, and whoever joined it meanwhile would wait as well.
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
