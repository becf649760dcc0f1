import { join } from 'node:path';
import { redisProducer, whenReady } from '@freshet/runtime';
import type { MarketKind } from '@freshet/store';
import { ofEarlierDemo } from './earlier-demo.ts';

/**
 * Simulated and real prices must not mix: they have the same symbols and sources, so nothing could separate them again. Each
 * kind has its own PostgreSQL and Redis under the data directory, and a server that was given is marked with its kind.
 */
export function serversDirectory(dataDir: string, kind: MarketKind): string {
  return kind === 'real' ? dataDir : join(dataDir, 'simulated');
}

interface Given {
  databaseUrl: string;
  /** The directory of a built-in database; null if the database was given. */
  ownDir: string | null;
  /** Only a Redis that was given: a built-in one lies beside its database and needs no mark. */
  redisUrl?: string;
  redisPrefix: string;
  kind: MarketKind;
}

/**
 * Brings the database to this version's schema and marks it, and the Redis that was given, with the kind of prices that they are
 * going to hold. Both are checked for the other kind before either is written to.
 * @returns whether the database has held no prices so far
 * @throws Error that says what to do when one of them holds the other kind
 */
export async function claimServers({ databaseUrl, ownDir, redisUrl, redisPrefix, kind }: Given): Promise<boolean> {
  const { claimMarket, createPool, heldMarket, migrate } = await import('@freshet/store');
  const pool = createPool({ url: databaseUrl, max: 1, name: 'freshet-up' });
  const redis = redisUrl ? redisProducer(redisUrl) : null;
  const redisKey = `${redisPrefix}:market`;
  const assertDatabase = (held: MarketKind | null) => {
    if (!held || held === kind) return;
    throw ownDir && held === 'simulated'
      ? ofEarlierDemo(ownDir)
      : otherKind(ownDir ? '--data-dir' : 'DATABASE_URL', held);
  };
  const assertRedis = async () => {
    const held = (await redis?.get(redisKey)) as MarketKind | null | undefined;
    if (held && held !== kind) throw otherKind('REDIS_URL', held);
  };
  try {
    if (redis) await whenReady(redis, 5_000);
    assertDatabase(await heldMarket(pool));
    await assertRedis();
    await migrate(databaseUrl);
    // Another `freshet up` may have marked it meanwhile.
    const claimed = await claimMarket(pool, kind);
    assertDatabase(claimed.kind);
    await redis?.setnx(redisKey, kind);
    await assertRedis();
    return claimed.isNew;
  } finally {
    redis?.disconnect();
    await pool.end();
  }
}

function otherKind(variable: string, held: MarketKind): Error {
  const start = held === 'real' ? 'without --simulate (npm start)' : 'with --simulate (npm run demo)';
  return new Error(
    `${variable} names a server that holds ${held} prices; real and simulated prices must not mix. ` +
      `Start ${start}, or choose another ${variable}.`,
  );
}
