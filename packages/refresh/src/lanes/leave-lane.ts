import { clearLane } from './clear-lane.ts';
import type { World } from '../ports.ts';

/** Longer than a call takes: a call that has held a want for so long is dead, or waits for an attempt that won't come. */
const OVER_AFTER_MS = 60_000;

/**
 * Empties the lane of a provider that was switched off while wants stood there. No worker takes them any more, so they move to other lanes
 * or fail. Harmless when done twice, or while a worker that still has the provider on makes its last calls.
 */
export async function leaveLane(name: string, because: string, world: World): Promise<void> {
  await world.record.freeLane(name, OVER_AFTER_MS);
  const why = { provider: name, reason: 'unavailable', detail: because };
  await clearLane(name, { until: null, why, isDown: true }, world);
}
