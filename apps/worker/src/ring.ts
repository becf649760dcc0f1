import type { Hints } from '@freshet/events';
import type { Producer } from '@freshet/queue';
import { PRIORITIES } from '@freshet/contracts';
import type { Ring } from '@freshet/refresh';
import { type Logger, troubleOf } from '@freshet/runtime';

/**
 * The heart's `Ring` port: rings after commits. A ring that fails, because Redis is away, is logged and never fails the work that was
 * committed before it: the sweeper rings again.
 */
export function createRing({
  producer,
  hints,
  poke,
  log,
}: {
  producer: Producer;
  hints: Hints;
  poke(): void;
  log: Logger;
}): Ring {
  const quietly = async (queue: string, ring: () => Promise<unknown>) => {
    try {
      await ring();
    } catch (err) {
      troubleOf(log).met(err, 'could not ring a queue; the sweeper rings it again', { queue });
    }
  };
  return {
    refreshes: (refreshes) => quietly('refresh', () => producer.ringNext(refreshes)),
    follow: (refreshId, rank, how) => quietly('follow', () => producer.ringFollow(refreshId, rank, how)),
    lane: (lane, calls, rank, upTo) =>
      quietly(lane, async () => {
        await producer.ringLane(lane, calls, rank, upTo);
        // The lane may be parked only because the share of a lower class is spent; wants of this rank may still get a grant.
        if (upTo === undefined && rank !== undefined && rank < PRIORITIES.low) await producer.unparkLane(lane);
      }),
    changed({ changed, ended }, { relay }) {
      const over = new Set(ended.map(({ refreshId }) => refreshId));
      for (const change of changed) hints.announce(change, over.has(change.refreshId));
      if (relay && changed.length > 0) poke();
    },
  };
}
