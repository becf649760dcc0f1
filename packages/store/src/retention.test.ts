import { testDatabase } from '@freshet/testing';
import { createPool, type Pool } from './pool.ts';
import { deepClean } from './retention.ts';

let database: Awaited<ReturnType<typeof testDatabase>>;
let pool: Pool;

beforeAll(async () => {
  database = await testDatabase();
  pool = createPool({ url: database.url });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

test('the deep clean takes what was calculated of what has gone, and nothing of what is there', async () => {
  await pool.query(`insert into users (id, name) values ('usr_1', 'Ann')`);
  await pool.query(`insert into portfolios (id, user_id, name) values ('pf_kept', 'usr_1', 'Kept')`);
  await pool.query(
    `insert into strategies (id, name, method, symbols) values ('stg_kept', 'Kept', 'equal_weight', '{AAPL}')`,
  );
  for (const end of ['kept', 'gone']) {
    await pool.query(
      `insert into metrics (subject, period, as_of, values) select s, '1y', now(), '{}' from unnest($1::text[]) s`,
      [[`pf_${end}`, `stg_${end}`]],
    );
    await pool.query(
      `insert into allocations (strategy_id, as_of, symbol, weight, session) values ($1, now(), 'AAPL', 1, '2026-01-02')`,
      [`stg_${end}`],
    );
    await pool.query(
      `insert into signals (strategy_id, at, symbol, side, quantity, value) values ($1, now(), 'AAPL', 'buy', 1, 1)`,
      [`stg_${end}`],
    );
    await pool.query(`insert into index_values (index_id, session, level) values ($1, '2026-01-02', 100)`, [
      `stg_${end}`,
    ]);
  }
  await pool.query(`insert into metrics (subject, period, as_of, values) values ('AAPL', '1y', now(), '{}')`);

  await deepClean(pool);

  const { rows } = await pool.query<{ of: string; name: string }>(
    `select 'metrics' as of, subject as name from metrics union all select 'allocations', strategy_id from allocations
     union all select 'signals', strategy_id from signals union all select 'index', index_id from index_values order by 1, 2`,
  );
  expect(rows.map(({ of, name }) => `${of} ${name}`)).toEqual([
    'allocations stg_kept',
    'index stg_kept',
    'metrics AAPL',
    'metrics pf_kept',
    'metrics stg_kept',
    'signals stg_kept',
  ]);
});
