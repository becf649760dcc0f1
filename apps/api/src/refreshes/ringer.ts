import type { Producer, RefreshRing } from '@freshet/queue';
import { type Logger, troubleOf } from '@freshet/runtime';
import { markRung, type Pool } from '@freshet/store';

export interface Ringer {
  /** Rings in the background; nobody waits for Redis. */
  ring(refreshes: readonly RefreshRing[]): void;
  /** A joining caller was more urgent than those before. */
  raise(refresh: RefreshRing): void;
  /** Resolves when what was rung so far has been. */
  settled(): Promise<void>;
}

/** What a hung Redis may leave waiting here; beyond it the sweeper rings. */
const MOST_WAITING = 10_000;
const MARK_MS = 50;

/**
 * Rings what was accepted, all that came meanwhile in one round trip, and writes down that it is rung. Away or slow, Redis
 * costs no caller anything: `rung_at` stays null and the sweeper rings.
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
        trouble.met(error, 'accepted, but not rung: the sweeper will');
      }
    }
    // Without a pause since the last look: what comes from here on starts the next round.
    isRinging = false;
  }

  /** Later, and many at once: it only spares the sweeper a look. */
  async function mark(): Promise<void> {
    clearTimeout(marking);
    marking = undefined;
    const ids = rung;
    rung = [];
    if (ids.length === 0) return;
    await markRung(pool, ids).catch((error: unknown) => trouble.met(error, 'rung, but not written down'));
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
