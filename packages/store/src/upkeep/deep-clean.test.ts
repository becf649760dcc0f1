import { withDatabase } from '@freshet/testing';
import { deepClean } from './deep-clean.ts';

const { pool } = await withDatabase();

test('the deep clean forgets symbols that nobody knows and nobody wants any more, with the notice of it', async () => {
  await pool.query(`insert into users (id, name) values ('usr_curious', 'Cy')`);
  await pool.query(`insert into watchlists (id, user_id, name) values ('wl_curious', 'usr_curious', 'Curious')`);
  const made: [symbol: string, status: string, days: number][] = [
    ...([
      ['MADEUP', 'parked', 91],
      ['WATCHED', 'parked', 91],
      ['LATELY', 'parked', 89],
    ] as const),
    ...([
      ['PRICED', 'parked', 91],
      ['KNOWN', 'active', 91],
      ['WANTED', 'unverified', 91],
    ] as const),
  ].map(([symbol, status, days]) => [symbol, status, days]);
  for (const [symbol, status, days] of made) {
    await pool.query(
      `insert into assets (symbol, name, class, currency, calendar, status, created_at)
       values ($1, $1, 'equity', 'USD', 'XNYS', $2, now() - make_interval(days => $3))`,
      [symbol, status, days],
    );
    await pool.query(
      `insert into anomalies (symbol, "check", state, source, detail) values ($1, 'unknown_symbol', 'rejected', 'every provider', '')`,
      [symbol],
    );
  }
  await pool.query(`insert into watchlist_items (watchlist_id, symbol) values ('wl_curious', 'WATCHED')`);
  await pool.query(
    `insert into latest_quotes (symbol, price, currency, source, quote_time, fetched_at) values ('PRICED', 1, 'USD', 'yahoo', now(), now())`,
  );
  await pool.query(
    `insert into wants (symbol, data, class, lane, rank, turn, owner, fresh_after) values ('WANTED', 'quote', 'equity', 'yahoo', 1, 1, 'x', now())`,
  );

  expect(await deepClean(pool)).toMatchObject({ assets: 1 });

  const symbols = made.map(([symbol]) => symbol);
  for (const table of ['assets', 'anomalies']) {
    const { rows } = await pool.query(`select symbol from ${table} where symbol = any($1) order by 1`, [symbols]);
    expect(rows.map(({ symbol }) => symbol)).toEqual(['KNOWN', 'LATELY', 'PRICED', 'WANTED', 'WATCHED']);
  }
  const { rows } = await pool.query('select action, detail from audit_log order by id desc limit 1');
  expect(rows).toEqual([
    { action: 'deep_clean.finished', detail: { removed: expect.objectContaining({ assets: 1 }) } },
  ]);
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
  await pool.query(
    `insert into holding_changes (portfolio_id, holding_id, symbol, version, quantity) select 'pf_' || e, 'h', 'AAPL', 1, 1 from unnest('{kept,gone}'::text[]) e`,
  );

  await deepClean(pool);

  const { rows } = await pool.query<{ of: string; name: string }>(
    `select 'metrics' as of, subject as name from metrics union all select 'allocations', strategy_id from allocations
     union all select 'signals', strategy_id from signals union all select 'index', index_id from index_values
     union all select 'changes', portfolio_id from holding_changes order by 1, 2`,
  );
  expect(rows.map(({ of, name }) => `${of} ${name}`)).toEqual([
    'allocations stg_kept',
    'changes pf_kept',
    'index stg_kept',
    'metrics AAPL',
    'metrics pf_kept',
    'metrics stg_kept',
    'signals stg_kept',
  ]);
});
