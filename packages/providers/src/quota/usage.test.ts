import { createPool, createUsage, type Pool } from '@freshet/store';
import { type TestDatabase, testDatabase } from '@freshet/testing';
import { type UsageStore, usageInMemory } from './usage.ts';

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await testDatabase();
  pool = createPool({ url: database.url, max: 10, name: 'test', onError: () => {} });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const stores: [string, () => UsageStore][] = [
  ['in Postgres', () => createUsage(pool)],
  ['in memory', usageInMemory],
];

describe.each(stores)('the record of use %s', (_where, create) => {
  const first = new Date('2026-03-10T12:00:00.001Z');
  const second = new Date('2026-03-10T13:00:00.002Z');
  let number = 0;
  const key = () => ({ provider: 'tested', keyHash: `${_where} ${number++}` });

  test('knows a first start from a lost memory, and says the same to everyone', async () => {
    const usage = create();
    const account = key();
    expect(await usage.adopt(account, first)).toEqual({ wiped: false });
    expect(await usage.adopt(account, first)).toEqual({ wiped: false });
    // Many times, for it is the moment that matters: who reads what the first is just writing.
    for (let n = 0; n < 40; n++) {
      const epoch = new Date(second.getTime() + n);
      const answers = await Promise.all(Array.from({ length: 10 }, () => usage.adopt(account, epoch)));
      expect(answers.filter(({ wiped }) => wiped)).toHaveLength(10);
    }
    expect(await usage.adopt(account, first)).toEqual({ wiped: false });
  });

  test('never gives away more than the limit of a period, however many ask at once', async () => {
    const usage = create();
    const account = key();
    const block = { window: 'day@0 UTC', periodStart: first, amount: 7, limit: 100 };
    const given = await Promise.all(Array.from({ length: 30 }, () => usage.reserve(account, block)));
    expect(given.reduce((sum, { reserved }) => sum + reserved, 0)).toBe(100);
    expect(await usage.reserve(account, block)).toEqual({ reserved: 0, total: 100 });
    expect(await usage.reserve(account, { ...block, periodStart: second })).toEqual({ reserved: 7, total: 7 });
  });

  test('gives what is asked where there is no limit, and a limit that was raised at once', async () => {
    const usage = create();
    const account = key();
    const block = { window: '86400s', periodStart: first, amount: 5, limit: null };
    await usage.reserve(account, block);
    expect(await usage.reserve(account, block)).toEqual({ reserved: 5, total: 10 });
    expect(await usage.reserve(account, { ...block, limit: 8 })).toEqual({ reserved: 0, total: 10 });
    expect(await usage.reserve(account, { ...block, limit: 12 })).toEqual({ reserved: 2, total: 12 });
  });

  test('tells what was reserved since a moment, of one window of one key', async () => {
    const usage = create();
    const account = key();
    const reserve = (window: string, periodStart: Date, amount: number) =>
      usage.reserve(account, { window, periodStart, amount, limit: null });
    await reserve('day@0 UTC', first, 3);
    await reserve('day@0 UTC', second, 4);
    await reserve('60s', second, 5);
    expect(await usage.reservedSince(account, 'day@0 UTC', second)).toEqual([{ periodStart: second, total: 4 }]);
    expect(await usage.reservedSince(account, 'day@0 UTC', first)).toHaveLength(2);
    expect(await usage.reservedSince(key(), 'day@0 UTC', first)).toEqual([]);
  });

  test('keeps windows of one key apart, and providers whose keys are the same', async () => {
    const usage = create();
    const one = key();
    const other = { ...one, provider: 'other' };
    const reserve = (of: typeof one, window: string, amount: number) =>
      usage.reserve(of, { window, periodStart: first, amount, limit: 10 });
    await reserve(one, 'day', 9);
    await reserve(one, 'month', 4);
    await reserve(other, 'day', 2);
    expect(await reserve(one, 'day', 5)).toEqual({ reserved: 1, total: 10 });
    expect(await reserve(one, 'month', 5)).toEqual({ reserved: 5, total: 9 });
    expect(await reserve(other, 'day', 5)).toEqual({ reserved: 5, total: 7 });
    expect(await usage.reservedSince(other, 'day', first)).toEqual([{ periodStart: first, total: 7 }]);
    expect(await usage.adopt(one, first)).toEqual({ wiped: false });
    expect(await usage.adopt(other, second)).toEqual({ wiped: false });
  });
});
