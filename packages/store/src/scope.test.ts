import { testDatabase } from '@freshet/testing';
import { ensureAssets } from './assets-write.ts';
import { createPool, type Pool } from './pool.ts';
import { benchmarkSymbols, portfolioSymbols, watchedSymbols } from './scope.ts';

let pool: Pool;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await testDatabase();
  pool = createPool({ url: database.url });
  drop = () => database.drop();
  const assets = { 'VOLV-B.ST': 'SEK', AAPL: 'USD', '^GSPC': 'USD', '^FTSE': 'GBP' };
  const asset = { class: 'equity', calendar: 'XNYS', sector: null, indexes: [], volatility: null };
  await ensureAssets(
    pool,
    Object.entries(assets).map(([symbol, currency]) => ({ ...asset, symbol, name: symbol, currency })),
  );
  await pool.query(`insert into users (id, name) values ('usr_1', 'one'), ('usr_2', 'two')`);
  await pool.query(
    `insert into portfolios (id, user_id, name, currency, benchmark, active) values
       ('pf_sek', 'usr_1', 'Swedish', 'SEK', '^GSPC', true), ('pf_usd', 'usr_2', 'American', 'USD', '^GSPC', true),
       ('pf_old', 'usr_2', 'Given up', 'NOK', '^FTSE', false)`,
  );
  await pool.query(
    `insert into holdings (id, portfolio_id, symbol, quantity) values
       ('hld_1', 'pf_sek', 'VOLV-B.ST', 10), ('hld_2', 'pf_usd', 'AAPL', 1), ('hld_3', 'pf_usd', 'VOLV-B.ST', 1)`,
  );
});
afterAll(async () => {
  await pool.end();
  await drop();
});

test('valuing a portfolio takes what it holds, its benchmark, and the rates of both into its currency', async () => {
  expect(await portfolioSymbols(pool, { portfolioId: 'pf_sek' })).toEqual({
    portfolios: ['pf_sek'],
    symbols: ['USDSEK=X', 'VOLV-B.ST', '^GSPC'],
  });
  expect((await portfolioSymbols(pool, { userId: 'usr_2' })).symbols).toEqual(
    expect.arrayContaining(['AAPL', 'SEKUSD=X', 'VOLV-B.ST', '^GSPC']),
  );
});

test('comparing with benchmarks takes their prices, and their rates into the currencies of who is held against them', async () => {
  expect(await benchmarkSymbols(pool, {})).toEqual(expect.arrayContaining(['USDSEK=X', '^GSPC']));
  expect(await benchmarkSymbols(pool, {})).toHaveLength(2);
});

test('what is watched is watched without what nobody knows, until its next probe', async () => {
  await pool.query(
    `insert into watchlists (id, user_id, name) values ('wl_1', 'usr_1', 'one');
     insert into watchlist_items (watchlist_id, symbol) select 'wl_1', unnest('{AAPL,NEW,MADEUP,PROBED}'::text[]);
     insert into assets (symbol, name, class, currency, calendar, status, probe_at) values
       ('MADEUP', 'Made up', 'equity', 'USD', 'XNYS', 'parked', now() + interval '1 hour'),
       ('PROBED', 'Probed', 'equity', 'USD', 'XNYS', 'parked', now() - interval '1 second')`,
  );
  expect(await watchedSymbols(pool, ['^FTSE', 'MADEUP', 'NOT-AN-ASSET'])).toEqual(['AAPL', 'NEW', 'PROBED', '^FTSE']);
});
