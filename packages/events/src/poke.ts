import type { Redis } from 'ioredis';

/** The Redis channel on which the relay hears pokes. */
export const pokeChannel = (prefix: string): string => `${prefix}:poke`;

/** Long enough to join what lands in one moment, and to let the caller's answer go first. */
const SOON_MS = 3;

/**
 * Tells the relay that something was committed, at most once in 3 ms. Never fails: a lost poke delays events by 50 ms at most, because
 * the relay looks by itself that often.
 */
export function createPoke(redis: Redis, prefix: string): () => void {
  let poking = false;
  return () => {
    if (poking) return;
    poking = true;
    setTimeout(() => {
      poking = false;
      if (redis.status === 'ready') redis.publish(pokeChannel(prefix), '').catch(() => {});
    }, SOON_MS);
  };
}
