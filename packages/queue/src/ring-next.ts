import { keyBase, running } from './lua.ts';
import type { Queues } from './queues.ts';

/** A plan that looks and waits is over within this, mostly; each further look is twice as far off. */
const FIRST_LOOK_MS = 20;
/** By then, 10 s in all, the sweeper looks. */
const LAST_LOOK_MS = 5_000;

/**
 * Rings refreshes whose turn it is now. The job of one may run at this very moment: it has seen the refresh that it stands behind, and is about
 * to end without having planned. BullMQ adds no job beside it, so that the ring would go unheard; it is repeated when that job is over.
 * Where it has planned by itself meanwhile, that is one job which finds nothing to do.
 */
export function createRingNext<R extends { id: string }>(
  queues: Queues,
  ring: (refreshes: readonly R[]) => Promise<void>,
) {
  const looks = new Set<NodeJS.Timeout>();

  async function ringNext(refreshes: readonly R[], lookMs = FIRST_LOOK_MS): Promise<void> {
    if (refreshes.length === 0) return;
    const ids = refreshes.map(({ id }) => id);
    // Before the ring: a job that begins after this look sees what has ended.
    const busy = new Set(await queues.ask((redis) => running(redis, keyBase(queues.prefix, 'refresh'), ids)));
    await ring(refreshes);
    if (busy.size === 0 || lookMs > LAST_LOOK_MS) return;
    const again = refreshes.filter(({ id }) => busy.has(id));
    const look = setTimeout(() => {
      looks.delete(look);
      // Redis is away: the sweeper rings.
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
