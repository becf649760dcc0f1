import { createPool, ensureBase } from '@freshet/store';
import { testDatabase, testRedis } from '@freshet/testing';
import { claimServers } from './market.ts';

let database: Awaited<ReturnType<typeof testDatabase>>;
let other: Awaited<ReturnType<typeof testDatabase>>;
const redis = testRedis();
beforeEach(async () => {
  [database, other] = await Promise.all([testDatabase(), testDatabase()]);
});
afterEach(() => Promise.all([database.drop(), other.drop()]));
afterAll(() => redis.cleanup());

const given = () => ({ databaseUrl: database.url, ownDir: null, redisPrefix: redis.prefix });

test('a database keeps to the kind of prices that it began with, and is new once', async () => {
  expect(await claimServers({ ...given(), kind: 'simulated' })).toBe(true);
  await expect(claimServers({ ...given(), kind: 'real' })).rejects.toThrow(
    /DATABASE_URL .*holds simulated prices.*with --simulate.*another DATABASE_URL/,
  );
  expect(await claimServers({ ...given(), kind: 'simulated' })).toBe(false);
});

test('so does a Redis that is given beside another database', async () => {
  const { url: redisUrl } = redis;
  await claimServers({ ...given(), redisUrl, kind: 'real' });
  const elsewhere = { ...given(), databaseUrl: other.url, redisUrl };
  await expect(claimServers({ ...elsewhere, kind: 'simulated' })).rejects.toThrow(/REDIS_URL .*holds real prices/);
});

test('a database that is refused for its Redis stays as it was, and may still become the other kind', async () => {
  const { url: redisUrl } = redis;
  const empty = await testDatabase({ empty: true });
  const pool = createPool({ url: empty.url });
  const prefix = `${redis.prefix}:refused`;
  await claimServers({ ...given(), redisUrl, redisPrefix: prefix, kind: 'real' });
  const beside = { ...given(), databaseUrl: empty.url, redisUrl, redisPrefix: prefix };
  await expect(claimServers({ ...beside, kind: 'simulated' })).rejects.toThrow(/REDIS_URL .*holds real prices/);
  const { rows } = await pool.query(`select from pg_tables where schemaname = 'public'`);
  expect(rows).toEqual([]);
  expect(await claimServers({ ...beside, kind: 'real' })).toBe(true);
  await pool.end();
  await empty.drop();
});

test('a Redis stays as it was when its database is refused', async () => {
  const { url: redisUrl } = redis;
  const beside = { ...given(), redisUrl, redisPrefix: `${redis.prefix}:beside` };
  await claimServers({ ...given(), kind: 'simulated' });
  await expect(claimServers({ ...beside, kind: 'real' })).rejects.toThrow(/DATABASE_URL/);
  expect(await claimServers({ ...beside, databaseUrl: other.url, kind: 'real' })).toBe(true);
});

test('a data directory of an earlier demo is not started as a real one, nor changed', async () => {
  await ensureBase(database.url, { demo: true });
  await expect(claimServers({ ...given(), ownDir: '/data', kind: 'real' })).rejects.toThrow(
    /\/data holds simulated prices of an earlier version.*\nmkdir -p \/data\/simulated && mv .*\/data\/simulated$/,
  );
  const pool = createPool({ url: database.url });
  const { rows } = await pool.query(`select value from settings where name = 'market'`);
  expect(rows).toEqual([]);
  await pool.end();
});
