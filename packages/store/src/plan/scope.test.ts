import { refreshToAccept, withDatabase } from '@freshet/testing';
import { acceptUnlimited } from '../accept/accept.ts';
import { ensureAssets } from '../prices/assets-write.ts';
import { benchmarkSymbols, portfolioSymbols, strategyScope, watchedSymbols } from './scope.ts';
import { awaited, unpriced } from './unpriced.ts';

const { pool } = await withDatabase();

beforeAll(async () => {
  const assets = {
    'VOLV-B.ST': 'SEK',
    AAPL: 'USD',
    '^GSPC': 'USD',
    '^FTSE': 'GBP',
    'BTC-USDT': 'USDT',
    'ETH-BTC': 'BTC',
  };
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

describe('where a price is told in a coin', () => {
  beforeAll(async () => {
    await pool.query(
      `insert into users (id, name) values ('usr_3', 'three');
       insert into portfolios (id, user_id, name, currency, benchmark) values
         ('pf_coins', 'usr_3', 'In dollars', 'USD', '^GSPC'), ('pf_euro', 'usr_3', 'In euros', 'EUR', 'ETH-BTC'),
         ('pf_btc', 'usr_3', 'In coins', 'BTC', 'ETH-BTC');
       insert into holdings (id, portfolio_id, symbol, quantity) values
         ('hld_4', 'pf_coins', 'BTC-USDT', 2), ('hld_5', 'pf_coins', 'ETH-BTC', 2), ('hld_6', 'pf_euro', 'BTC-USDT', 1),
         ('hld_7', 'pf_btc', 'BTC-USDT', 1), ('hld_8', 'pf_btc', 'VOLV-B.ST', 1)`,
    );
  });
  afterAll(() => pool.query(`delete from portfolios where user_id = 'usr_3'`));

  test.each([
    ['pf_coins', ['BTC-USD', 'BTC-USDT', 'ETH-BTC', 'USDT-USD', '^GSPC']],
    ['pf_euro', ['BTC-USD', 'BTC-USDT', 'ETH-BTC', 'USDEUR=X', 'USDT-USD']],
    ['pf_btc', ['BTC-USD', 'BTC-USDT', 'ETH-BTC', 'SEKUSD=X', 'USDT-USD', 'VOLV-B.ST']],
  ])(
    'valuing %s takes what the coin is worth in dollars, and the dollar’s rate where it counts in others',
    async (portfolioId, needed) => {
      expect((await portfolioSymbols(pool, { portfolioId })).symbols).toEqual(needed);
      expect(await unpriced(pool, portfolioId, null)).toEqual(needed);
    },
  );

  test('comparing with it, and choosing it, take the same', async () => {
    expect(await benchmarkSymbols(pool, { userId: 'usr_3' })).toEqual(['BTC-USD', 'ETH-BTC', 'USDEUR=X', '^GSPC']);
    await pool.query(
      `insert into strategies (id, name, method, options, symbols) values
         ('stg_1', 'one', 'equal_weight', '{}', '{BTC-USDT,ETH-BTC,VOLV-B.ST}')`,
    );
    expect((await strategyScope(pool, 'stg_1')).symbols).toEqual([
      'BTC-USD',
      'BTC-USDT',
      'ETH-BTC',
      'SEKUSD=X',
      'USDT-USD',
      'VOLV-B.ST',
    ]);
  });

  test('a coin’s rate that is asked for already is awaited', async () => {
    const owner = { userId: 'usr_3', portfolioId: 'pf_coins' };
    expect(await awaited(pool, owner)).toEqual([]);
    const symbols = ['USDT-USD', 'USDTUSD=X'];
    await acceptUnlimited(pool, [refreshToAccept('ref_1', { kind: 'prices', symbols })]);
    expect(await awaited(pool, owner)).toEqual(['USDT-USD']);
  });
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
