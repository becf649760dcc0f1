import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { script } from '../quota/scripts.ts';
import type { UsageKey } from '../quota/usage.ts';

/** What a handshake brought: cookie, crumb. */
export type SessionValues = Record<string, string>;

/**
 * Sessions that providers want before they answer, shared by all workers: whoever needs one first shakes hands, the
 * others wait for what that one brings.
 */
export interface Sessions {
  /**
   * The session, made by `handshake` when there is none, or when the one that is there is `stale` (refused by the
   * provider). A failed handshake throws for its own caller; those who wait try it themselves then.
   * Null when the others took too long. `waits` is called once, before it waits for somebody else.
   */
  get(
    key: UsageKey,
    maxAgeMs: number,
    how: { handshake(): Promise<SessionValues>; waits(): Promise<void>; stale?: SessionValues },
  ): Promise<SessionValues | null>;
  /** It is about to be wanted: reads it, so that `get` finds it there. */
  foresee(key: UsageKey): void;
}

/** A process that dies in the middle of a handshake holds up the others no longer than this. */
const LOCK_MS = 20_000;
const LOOK_EVERY_MS = 50;
/** What was read beforehand is good for so long. */
const FORESEEN_MS = 250;

const UNLOCK = `
local given = cjson.decode(ARGV[1])
if redis.call('GET', KEYS[1]) == given.token then return redis.call('DEL', KEYS[1]) end
return 0
`;

export function createSessions({ redis, prefix }: { redis: Redis; prefix: string }): Sessions {
  const unlock = script(redis, 'sessionUnlock', UNLOCK);

  const foreseen = new Map<string, { atMs: number; text: Promise<string | null> }>();
  const keyOf = ({ provider, keyHash }: UsageKey) => `${prefix}session:${provider}:${keyHash}`;

  function foresee(of: UsageKey): void {
    const key = keyOf(of);
    const text = redis.get(key);
    text.catch(() => {});
    foreseen.set(key, { atMs: performance.now(), text });
  }

  /** As it is now, or as it was a moment ago. */
  function read(key: string, lately: boolean): Promise<string | null> {
    const before = lately ? foreseen.get(key) : undefined;
    return before && performance.now() - before.atMs < FORESEEN_MS ? before.text : redis.get(key);
  }

  async function get(
    of: UsageKey,
    maxAgeMs: number,
    { handshake, waits, stale }: Parameters<Sessions['get']>[2],
  ): Promise<SessionValues | null> {
    const key = keyOf(of);
    const lock = `${key}:lock`;
    const token = randomUUID();
    const refused = stale && JSON.stringify(stale);
    for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
      const kept = await read(key, !stale && waitedMs === 0);
      if (kept && kept !== refused) return JSON.parse(kept) as SessionValues;
      if (await redis.set(lock, token, 'PX', LOCK_MS, 'NX')) break;
      if (waitedMs >= LOCK_MS) return null;
      if (waitedMs === 0) await waits();
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    try {
      // Somebody may have brought it between the look and the lock.
      const kept = await redis.get(key);
      if (kept && kept !== refused) return JSON.parse(kept) as SessionValues;
      const values = await handshake();
      await redis.set(key, JSON.stringify(values), 'PX', maxAgeMs);
      return values;
    } finally {
      await unlock([lock], { token });
    }
  }

  return { get, foresee };
}
