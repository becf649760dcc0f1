import { createClient } from '@freshet/client';
import { readConfig, type Redis, redisProducer, variables, whenReady } from '@freshet/runtime';
import { createPool, type Examination, examine } from '@freshet/store';
import type { ApiOptions } from '../client/api-options.ts';
import { keyIn, readRunning } from '../client/running.ts';
import type { Patient } from './check.ts';

/** Connects to the servers that the environment names, else to those that run on the data directory. */
export async function openPatient(options: ApiOptions): Promise<{ patient: Patient; close(): Promise<void> }> {
  const given = readConfig({
    databaseUrl: { ...variables.DATABASE_URL, required: false },
    redisUrl: { ...variables.REDIS_URL, required: false },
    url: { ...variables.FRESHET_URL, default: undefined },
    key: variables.FRESHET_API_KEY,
  });
  const running = readRunning(options.dataDir);
  const databaseUrl = given.databaseUrl ?? running?.database_url ?? null;
  const redisUrl = given.redisUrl ?? running?.redis_url ?? null;
  const api = options.url ?? given.url ?? running?.api ?? variables.FRESHET_URL.default ?? '';
  const key = given.key ?? keyIn(options.dataDir, 'admin');
  const pool = databaseUrl ? createPool({ url: databaseUrl, max: 2, name: 'freshet-doctor' }) : null;
  const redis = redisUrl ? await connected(redisUrl) : null;
  let looked: Promise<Examination> | null = null;
  return {
    patient: {
      databaseUrl,
      pool,
      redis,
      api,
      client: key ? createClient({ url: api, key }) : null,
      examination: () => {
        looked ??= pool ? examine(pool) : Promise.reject(new Error('the database is not known here'));
        return looked;
      },
    },
    async close() {
      redis?.disconnect();
      await pool?.end();
    },
  };
}

/** Returns the connection even if Redis doesn't answer: the check of Redis reports it. */
async function connected(url: string): Promise<Redis> {
  const redis = redisProducer(url);
  await whenReady(redis, 3_000).catch(() => {});
  return redis;
}
