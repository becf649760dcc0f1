import { keyBase, running } from './lua.ts';
import type { Queues } from './queues.ts';

/** A plan that only checks and waits mostly ends within this time. Each further look comes after twice the time. */
const FIRST_LOOK_MS = 20;
/** The last look comes 10 s after the first ring; from then on the sweeper rings. */
const LAST_LOOK_MS = 5_000;

/**
 * Rings refreshes that waited for an equal refresh, which has now ended. The job of such a refresh may still be running: it saw that it has
 * to wait, and is about to end without planning. BullMQ ignores a second job of the same id, so this ring would be lost. It is therefore
 * repeated once that job is over. If that job did plan, the extra job finds nothing to do.
 */
export function createRingNext<R extends { id: string }>(
  queues: Queues,
  ring: (refreshes: readonly R[]) => Promise<void>,
) {
  const looks = new Set<NodeJS.Timeout>();

  async function ringNext(refreshes: readonly R[], lookMs = FIRST_LOOK_MS): Promise<void> {
    if (refreshes.length === 0) return;
    const ids = refreshes.map(({ id }) => id);
    // Checked before the ring: a job that begins after this check sees that the other refresh has ended.
    const busy = new Set(await queues.ask((redis) => running(redis, keyBase(queues.prefix, 'refresh'), ids)));
    await ring(refreshes);
    if (busy.size === 0 || lookMs > LAST_LOOK_MS) return;
    const again = refreshes.filter(({ id }) => busy.has(id));
    const look = setTimeout(() => {
      looks.delete(look);
      // While Redis is away this is left to the sweeper.
      ringNext(again, lookMs * 2).catch(() => {});
    }, lookMs);
    looks.add(look.unref());
  }

  return {
    ringNext: (refreshes: readonly R[]) => ringNext(refreshes),
    /** Looks no more. */
    stop: () => looks.forEach((look) => clearTimeout(look)),
  };
}
