import type { Redis } from 'ioredis';

export const pokeChannel = (prefix: string): string => `${prefix}:poke`;

/**
 * Tells the relay that something was committed; at most once per turn of the event loop. Never fails: a poke that is lost costs 50 ms,
 * for so often the relay looks by itself.
 */
export function createPoke(redis: Redis, prefix: string): () => void {
  let poking = false;
  return () => {
    if (poking) return;
    poking = true;
    setImmediate(() => {
      poking = false;
      if (redis.status === 'ready') redis.publish(pokeChannel(prefix), '').catch(() => {});
    });
  };
}
