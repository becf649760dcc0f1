import { clearLane } from './clear-lane.ts';
import type { World } from './ports.ts';

/** Longer than a call takes: whoever has held a want of the lane for so long is gone, or waits for an attempt that won't come. */
const OVER_AFTER_MS = 60_000;

/**
 * The lane of a provider that was switched off while wants stood there: nobody works it any more, so they go elsewhere, or are told.
 * Harmless when done twice, or while a worker that still has the provider on makes its last calls.
 */
export async function leaveLane(name: string, because: string, world: World): Promise<void> {
  await world.record.freeLane(name, OVER_AFTER_MS);
  const why = { provider: name, reason: 'unavailable', detail: because };
  await clearLane(name, { until: null, why, isDown: true }, world);
}
