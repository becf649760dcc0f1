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

test('a data directory of an earlier demo is not started as a real one', async () => {
  await ensureBase(database.url, { demo: true });
  await expect(claimServers({ ...given(), ownDir: '/data', kind: 'real' })).rejects.toThrow(
    /\/data holds simulated prices of an earlier version.*remove \/data\/postgres and \/data\/redis/,
  );
  const pool = createPool({ url: database.url });
  const { rows } = await pool.query(`select value from settings where name = 'market'`);
  expect(rows).toEqual([{ value: 'simulated' }]);
  await pool.end();
});
