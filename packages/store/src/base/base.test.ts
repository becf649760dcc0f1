import { testDatabase } from '@freshet/testing';
import { type BaseKeys, ensureBase } from './base.ts';
import { findKey } from '../access/keys.ts';
import { createPool, type Pool } from '../database/pool.ts';

let database: Awaited<ReturnType<typeof testDatabase>>;
let pool: Pool;

beforeEach(async () => {
  database = await testDatabase();
  pool = createPool({ url: database.url, name: 'base' });
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

const start = (demo: boolean, keys?: BaseKeys) => ensureBase(database.url, { demo, keys });
const namesOf = async (table: string) => {
  const { rows } = await pool.query<{ name: string }>(`select name from ${table} order by name`);
  return rows.map(({ name }) => name);
};

test("what was made for the demo is made once: deleted it doesn't come back, renamed it has no double", async () => {
  const { keys } = await start(true);
  expect([await namesOf('portfolios'), await namesOf('strategies')]).toEqual([
    ['Growth', 'Income'],
    ['Ten giants, equal risk'],
  ]);
  await pool.query(`delete from portfolios where name = 'Growth'`);
  await pool.query(`update portfolios set name = 'Pension' where name = 'Income'`);
  await pool.query('delete from strategies');
  await start(true, keys);
  expect([await namesOf('portfolios'), await namesOf('strategies')]).toEqual([['Pension'], []]);
});

test.each([
  ['the demo', true],
  ['real providers', false],
])('the user that is told is whose the key is, also when %s came first', async (_, demoFirst) => {
  const first = await start(demoFirst);
  const second = await start(!demoFirst, first.keys);
  expect(second).toEqual(first);
  expect((await findKey(pool, second.keys.user))?.userId).toBe(second.userId);
  const { rows } = await pool.query('select name from portfolios where user_id = $1', [second.userId]);
  expect(rows).toEqual([{ name: 'Growth' }]);
});

test('keys that are held over an empty database are good in it', async () => {
  const keys: BaseKeys = { admin: 'fsh_a', support: 'fsh_b', system: 'fsh_c', user: 'fsh_d' };
  const { userId, keys: kept } = await start(false, keys);
  expect(kept).toEqual(keys);
  expect(await findKey(pool, 'fsh_d')).toMatchObject({ userId, role: 'user' });
});
