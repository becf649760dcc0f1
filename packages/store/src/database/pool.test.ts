import { withDatabase } from '@freshet/testing';
import { withTx } from './pool.ts';

const { pool } = await withDatabase({ durable: false });

beforeAll(async () => {
  await pool.query('create table pairs (id int primary key, n int not null default 0)');
});
beforeEach(() => pool.query('truncate pairs; insert into pairs values (1), (2)'));

/** So many steps later than its statement, as in a function that calls others. */
async function deeply<T>(work: () => Promise<T>, depth: number): Promise<T> {
  return depth === 0 ? await work() : await deeply(work, depth - 1);
}

test('a deadlock is tried again, whatever was sent behind the statement that met it', async () => {
  let [attempts, locked] = [0, 0];
  let both = () => {};
  const areLocked = new Promise<void>((resolve) => {
    both = resolve;
  });
  const add = (first: number, second: number) =>
    withTx(pool, async (client) => {
      attempts++;
      await client.query('update pairs set n = n + 1 where id = $1', [first]);
      if (++locked === 2) both();
      await areLocked;
      await Promise.all([
        deeply(() => client.query('update pairs set n = n + 1 where id = $1', [second]), 5),
        client.query('select 1'),
      ]);
    });
  await Promise.all([add(1, 2), add(2, 1)]);
  expect(attempts).toBe(3);
  expect((await pool.query('select n from pairs')).rows).toEqual([{ n: 2 }, { n: 2 }]);
});
