import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { script } from '../quota/scripts.ts';
import type { UsageKey } from '../quota/usage.ts';

/** The result of a handshake, such as cookie and crumb. */
export type SessionValues = Record<string, string>;

/**
 * The sessions that some providers require, shared by all workers. The first worker to need one makes the handshake;
 * the others wait for its result.
 */
export interface Sessions {
  /**
   * The session. `handshake` makes a new one when there is none or when the current one is `stale` (refused by the
   * provider). A failed handshake throws for its own caller; waiting callers then try it themselves. Null when another
   * worker's handshake took too long. `waits` is called once, before waiting for another worker.
   */
  get(
    key: UsageKey,
    maxAgeMs: number,
    how: { handshake(): Promise<SessionValues>; waits(): Promise<void>; stale?: SessionValues },
  ): Promise<SessionValues | null>;
  /** Reads the session ahead of a `get` that is about to come. */
  foresee(key: UsageKey): void;
}

/** The longest that a process that died during its handshake holds up the others. */
const LOCK_MS = 20_000;
const LOOK_EVERY_MS = 50;
/** How long a session that was read ahead is used. */
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

  /** The stored session, or the one that was just read ahead. */
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
      // Another worker may have stored it between the read and the lock.
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
