import type { Producer, RefreshRing } from '@freshet/queue';
import { type Logger, troubleOf } from '@freshet/runtime';
import { markRung, type Pool } from '@freshet/store';

export interface Ringer {
  /** Rings in the background; no caller waits for Redis. */
  ring(refreshes: readonly RefreshRing[]): void;
  /** Raises the priority of a refresh that a more urgent caller has joined. */
  raise(refresh: RefreshRing): void;
  /** Resolves when everything so far was rung and marked. */
  settled(): Promise<void>;
}

/** How many refreshes may wait here while Redis hangs; the sweeper rings the rest. */
const MOST_WAITING = 10_000;
const MARK_MS = 50;

/**
 * Rings accepted refreshes in batches, one round trip each, and sets their `rung_at`. No caller waits for Redis: if it is away, `rung_at` stays
 * null and the sweeper rings.
 */
export function createRinger({ producer, pool, log }: { producer: Producer; pool: Pool; log: Logger }): Ringer {
  const trouble = troubleOf(log);
  let waiting: RefreshRing[] = [];
  let ringing: Promise<void> = Promise.resolve();
  let isRinging = false;
  let rung: string[] = [];
  let marking: NodeJS.Timeout | undefined;

  async function ringAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await producer.ringRefreshes(batch);
        rung.push(...batch.map(({ id }) => id));
        marking ??= setTimeout(() => void mark(), MARK_MS);
      } catch (error) {
        trouble.met(error, 'refreshes were accepted but not rung: the sweeper rings them');
      }
    }
    // No await since the last look at `waiting`, so a refresh that comes from now on starts the next round.
    isRinging = false;
  }

  /** Marked later and in batches: a mark only spares the sweeper a look. */
  async function mark(): Promise<void> {
    clearTimeout(marking);
    marking = undefined;
    const ids = rung;
    rung = [];
    if (ids.length === 0) return;
    await markRung(pool, ids).catch((error: unknown) =>
      trouble.met(error, 'refreshes were rung but not marked as rung'),
    );
  }

  function start(): void {
    if (isRinging) return;
    isRinging = true;
    ringing = ringAll();
  }

  return {
    ring(refreshes) {
      if (waiting.length + refreshes.length > MOST_WAITING) return;
      waiting.push(...refreshes);
      start();
    },
    raise({ id, rank }) {
      producer
        .raisePriority(id, rank)
        .catch((error: unknown) => trouble.met(error, 'a priority was not raised in the queue'));
    },
    async settled() {
      await ringing;
      await mark();
    },
  };
}
