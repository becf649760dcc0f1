import type { Redis } from 'ioredis';
import { counts, keyBase } from './lua.ts';
import { DRAIN_DELAY_S, ownPace } from './settings.ts';

export interface Health {
  ok: boolean;
  /** One sentence when it isn't. */
  because: string | null;
}

const LOOK_MS = 5_000;
/** Four times what an idle worker blocks for: by then even a missed wake-up has been made up for. */
const DEAF_MS = 4 * DRAIN_DELAY_S * 1_000;

/**
 * A worker that lost its blocking connection in an unlucky moment has, in several releases of BullMQ, stayed deaf for ever while it
 * said that it was running. So what counts is what it takes: deaf is who could take, finds jobs waiting, and takes none.
 */
export function watch(options: {
  connection: Redis;
  prefix: string;
  queue: string;
  isFree(): boolean;
  lookMs?: number;
  deafMs?: number;
}): { took(): void; health(): Health; stop(): void } {
  const { connection, prefix, queue, isFree, lookMs = LOOK_MS, deafMs = DEAF_MS } = options;
  let waitingSince: number | null = null;

  async function look(): Promise<void> {
    // Redis being away is not this worker's illness: readiness says that.
    if (connection.status !== 'ready') return void (waitingSince = null);
    const [now] = await counts(connection, [keyBase(prefix, queue)]);
    const couldTake = now !== undefined && now.waiting > 0 && now.parkedMs === 0 && isFree();
    waitingSince = couldTake ? (waitingSince ?? Date.now()) : null;
  }

  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    look()
      .catch(() => {})
      .finally(() => {
        looking = false;
      });
  }, ownPace(lookMs));
  timer.unref();

  return {
    took: () => void (waitingSince = null),
    health() {
      const deafMsSoFar = waitingSince === null ? 0 : Date.now() - waitingSince;
      if (deafMsSoFar < deafMs) return { ok: true, because: null };
      return { ok: false, because: `jobs of ${queue} have waited ${deafMsSoFar} ms beside a free worker` };
    },
    stop: () => clearInterval(timer),
  };
}
