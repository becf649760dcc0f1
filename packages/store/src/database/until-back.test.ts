import { type FaultyProxy, faultyProxy, testDatabase } from '@freshet/testing';
import { createPool, type Pool, withTx } from './pool.ts';
import { untilBack } from './until-back.ts';

let line: FaultyProxy;
let pool: Pool;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await testDatabase();
  line = await faultyProxy({ target: database.url });
  pool = createPool({ url: line.url });
  drop = () => database.drop();
});
afterAll(async () => {
  await pool.end();
  await line.close();
  await drop();
});

/** A statement behind the line, with how often it was tried. */
function counted(text: string) {
  const tried = { times: 0 };
  const work = async () => {
    tried.times++;
    // Comes back when it was seen to be away.
    if (tried.times === 3) line.pass();
    return (await pool.query(text)).rows;
  };
  return { tried, work };
}

test('what meets a Postgres that is away is done again when it is back', async () => {
  const { tried, work } = counted('select 1 as one');
  await line.refuse();
  expect(await untilBack(work, { withinMs: 60_000 })).toEqual([{ one: 1 }]);
  expect(tried.times).toBe(3);
});

test('the same when Postgres answers and takes no writes', async () => {
  const met: unknown[] = [];
  const work = () =>
    withTx(pool, async (client) => {
      if (!met.includes('25006')) await client.query('set transaction read only');
      return (await client.query(`insert into users (id, name) values ('usr_1', 'One')`)).rowCount;
    }).catch((error: { code?: unknown }) => {
      met.push(error.code);
      throw error;
    });
  expect(await untilBack(work, { withinMs: 60_000 })).toBe(1);
  expect(met).toContain('25006');
});

test('what is wrong with the work itself is thrown at once', async () => {
  const { tried, work } = counted('select nothing_of_this_name');
  await expect(untilBack(work, { withinMs: 60_000 })).rejects.toMatchObject({ code: '42703' });
  const typed = () => Promise.reject(new TypeError('a slip'));
  await expect(untilBack(typed, { withinMs: 60_000 })).rejects.toThrow(new TypeError('a slip'));
  expect(tried.times).toBe(1);
});

test('it is given up when its time is over or nobody waits for it, with what it met', async () => {
  let attempts = 0;
  const away = () => {
    attempts++;
    return Promise.reject(Object.assign(new Error('shutting down'), { code: '57P01' }));
  };
  await expect(untilBack(away, { withinMs: 300 })).rejects.toMatchObject({ code: '57P01' });
  expect(attempts).toBeGreaterThan(1);
  attempts = 0;
  await expect(untilBack(away, { withinMs: 60_000, signal: AbortSignal.abort() })).rejects.toThrow('shutting down');
  expect(attempts).toBe(1);
});
