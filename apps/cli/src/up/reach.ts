import { assertRedisDatabase, ConfigError, redisProducer, whenReady } from '@freshet/runtime';

/** A server that is there answers in moments; a wrong address may say nothing for minutes. */
const WITHIN_MS = 5_000;

/** @throws Error that names the variable when no PostgreSQL answers there */
export async function reachDatabase(url: string): Promise<void> {
  const { createPool } = await import('@freshet/store');
  const pool = createPool({ url, max: 1, name: 'freshet-up', answersSoon: true });
  try {
    await pool.query('select 1');
  } catch (error) {
    const { databaseFailure } = await import('../client/database-failure.ts');
    throw withRemedy(databaseFailure(error).message);
  } finally {
    await pool.end();
  }
}

/** @throws Error that names the variable when no Redis answers there */
export async function reachRedis(url: string): Promise<void> {
  const redis = redisProducer(url);
  let said = '';
  redis.on('error', ({ message, code }: NodeJS.ErrnoException) => (said = message || (code ?? '')));
  try {
    await whenReady(redis, WITHIN_MS);
    await assertRedisDatabase(redis);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw withRemedy(`REDIS_URL names a Redis that can't be used now: ${said || (error as Error).message}.`);
  } finally {
    redis.disconnect();
  }
}

function withRemedy(what: string): Error {
  return new Error(
    `${what} Start it, correct the variable (.env is read too), or unset it: freshet up then runs its own.`,
  );
}
