import { setTimeout as sleep } from 'node:timers/promises';
import { createPool, takeStrategy, withTx } from '@freshet/store';
import { eventually } from '@freshet/testing';
import type { Arithmetic } from './arithmetic/index.ts';
import { createCalculations } from './run.ts';
import { calculatingWorld, here, weekdays } from './world.fixture.ts';

const world = await calculatingWorld();
/** A month ends with the 90th, so that the 91st is due for a monthly rule. */
const DAYS = weekdays('2023-11-27', 91);
const day = (i: number) => DAYS[i] as string;
const walk = (seed: number, at = 100, days = DAYS.slice(0, 90)) =>
  Object.fromEntries(days.map((session) => [session, priceAt(seed, at, DAYS.indexOf(session))]));
const priceAt = (seed: number, at: number, i: number) => at * (1 + 0.1 * Math.sin(i / 7 + seed)) + (i * seed) / 10;
const SEEDS = { AAA: [1, 200], BBB: [2, 60], CCC: [4, 20], '^GSPC': [3, 5000] } as const;

beforeEach(async () => {
  await world.pool.query(
    `truncate metrics, strategies, allocations, signals, index_values, refreshes, refresh_items, events, daily_bars, latest_quotes,
       assets cascade`,
  );
  await world.assets({ AAA: {}, BBB: {}, CCC: {}, '^GSPC': { class: 'index' } });
  for (const [symbol, [seed, at]] of Object.entries(SEEDS)) await world.bars(symbol, walk(seed, at));
});

const create = (symbols: string[], options: object = {}, more: { index?: boolean; method?: string } = {}) =>
  world.pool.query(
    `insert into strategies (id, name, method, options, symbols, applies_to_index, capital) values ('stg_1', 'one', $1, $2, $3, $4, 10000)`,
    [more.method ?? 'equal_weight', options, symbols, more.index ?? true],
  );
const choose = (symbols: string[]) => world.pool.query('update strategies set symbols = $1', [symbols]);
const run = async () => world.calculate(await world.refresh({ strategies: ['stg_1'], kind: 'strategy' }));
const levels = async () =>
  (
    await world.pool.query<{ session: string; level: string }>(
      'select session, level from index_values order by session',
    )
  ).rows;
const lastSession = async () => {
  for (const [symbol, [seed, at]] of Object.entries(SEEDS)) await world.bars(symbol, walk(seed, at, [day(90)]));
};

describe('a change of what a strategy chooses from', () => {
  test.each([[['BBB', 'CCC']], [['CCC']]])('to %j leaves the levels of the past as they are', async (symbols) => {
    await create(['AAA', 'BBB']);
    await run();
    const before = await levels();
    expect(before).toHaveLength(90 - 63);
    await choose(symbols);
    await run();
    expect(await levels()).toEqual(before);

    await lastSession();
    await run();
    const after = await levels();
    expect(after.slice(0, -1)).toEqual(before);
    // What was in it is in it until this close, and what comes after is linked to that.
    const grown = Number(after.at(-1)?.level) / Number(before.at(-1)?.level);
    const of = (seed: number, at: number) => priceAt(seed, at, 90) / priceAt(seed, at, 89);
    expect(grown).toBeGreaterThan(Math.min(of(1, 200), of(2, 60)));
    expect(grown).toBeLessThan(Math.max(of(1, 200), of(2, 60)));
    const { rows } = await world.pool.query('select distinct symbol from allocations where session = $1 and applied', [
      day(90),
    ]);
    expect(rows.map(({ symbol }) => symbol).sort()).toEqual(symbols);
  });

  test('sells what its index held', async () => {
    await create(['AAA', 'BBB']);
    await run();
    await choose(['BBB', 'CCC']);
    await lastSession();
    await run();
    const { rows } = await world.pool.query(
      `select symbol, side from signals where at = (select max(at) from signals) order by symbol`,
    );
    expect(rows).toContainEqual({ symbol: 'AAA', side: 'sell' });
    expect(rows).toContainEqual({ symbol: 'CCC', side: 'buy' });
  });
});

describe('two refreshes that run one strategy at once', () => {
  test('make the rebalancing once: the second sees what the first has applied', async () => {
    await create(['AAA', 'BBB', 'CCC'], { top: 1, lookback: 40, skip: 5 }, { method: 'momentum' });
    await run();
    await lastSession();
    const [one, other] = [
      await world.refresh({ strategies: ['stg_1'], kind: 'all' }),
      await world.refresh({ strategies: ['stg_1'], kind: 'strategy' }),
    ];
    const begun = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    const slow: Arithmetic = {
      ...here,
      strategy: async (work) => {
        begun.resolve();
        await mayEnd.promise;
        return here.strategy(work);
      },
    };
    const first = world.calculate(one, slow);
    await begun.promise;
    // What the first doesn't know of: with it, momentum chooses another.
    await world.bars('CCC', { [day(84)]: 900 });
    let over = false;
    const second = world.calculate(other).finally(() => {
      over = true;
    });
    await eventually(async () => {
      const { rows } = await world.pool.query(
        `select from pg_locks l join pg_database d on d.oid = l.database
         where d.datname = current_database() and l.locktype = 'advisory' and not l.granted`,
      );
      expect(over || rows.length > 0).toBe(true);
    });
    mayEnd.resolve();
    expect(await first).toMatchObject({ status: 'success', done: 1 });
    expect(await second).toMatchObject({ status: 'success', done: 1 });

    const { rows: applied } = await world.pool.query(
      'select distinct refresh_id from allocations where applied and session = $1',
      [day(90)],
    );
    expect(applied).toEqual([{ refresh_id: one }]);
    const { rows: trades } = await world.pool.query(
      'select symbol, count(*)::int as n from signals where refresh_id = any($1) group by 1 having count(*) > 1',
      [[one, other]],
    );
    expect(trades).toEqual([]);
  });

  test('longer than a lock is waited for costs the other no attempt: it comes again', async () => {
    await create(['AAA', 'BBB']);
    const refreshId = await world.refresh({ strategies: ['stg_1'], kind: 'strategy' });
    const impatient = createPool({ url: world.url });
    impatient.on('connect', (client) => void client.query('set lock_timeout = 20'));
    const calculations = createCalculations({ pool: impatient, arithmetic: here });
    const turn = () =>
      calculations.run({ refreshId, forMs: 30_000, signal: new AbortController().signal, committed: async () => {} });
    try {
      await withTx(world.pool, async (client) => {
        await takeStrategy(client, 'stg_1');
        expect(await turn()).toEqual({ more: true });
      });
      expect(await turn()).toEqual({ more: false });
      expect(await levels()).not.toEqual([]);
    } finally {
      await impatient.end();
    }
  });
});

describe('target quantities', () => {
  const HALF = { AAA: 90, BBB: 30 };
  const quantities = async () =>
    Object.fromEntries(
      (
        await world.pool.query<{ symbol: string; quantity: string }>(
          'select symbol, quantity from allocations where session = $1',
          [day(89)],
        )
      ).rows.map(({ symbol, quantity }) => [symbol, Number(quantity)]),
    );

  test('are what its worth of now buys at the prices of now: the last close is of yesterday while the market is open', async () => {
    await create(['AAA', 'BBB'], { rebalance: 'never' });
    for (const [symbol, price] of Object.entries(HALF)) await world.quote(symbol, String(price));
    await run();
    const { rows } = await world.pool.query<{ units: Record<'AAA' | 'BBB', number> }>(
      'select units from index_values order by session desc limit 1',
    );
    const held = rows[0]!.units;
    const worth = 100 * (held.AAA * HALF.AAA + held.BBB * HALF.BBB);
    const { AAA = 0, BBB = 0 } = await quantities();
    expect(AAA * HALF.AAA).toBeCloseTo(worth / 2, 4);
    expect(BBB * HALF.BBB).toBeCloseTo(worth / 2, 4);
  });

  test('are whole where only whole units are wanted, and those that the signals lead to', async () => {
    await create(['AAA', 'BBB'], { whole_shares: true }, { index: false });
    for (const [symbol, price] of Object.entries(HALF)) await world.quote(symbol, String(price));
    await run();
    const { rows } = await world.pool.query<{ symbol: string; quantity: string }>(
      'select symbol, quantity from signals',
    );
    expect(await quantities()).toEqual({ AAA: 55, BBB: 166 });
    expect(Object.fromEntries(rows.map(({ symbol, quantity }) => [symbol, Number(quantity)]))).toEqual({
      AAA: 55,
      BBB: 166,
    });
  });
});

describe('market-cap weights', () => {
  const flat = (close: number) => Object.fromEntries(DAYS.slice(0, 90).map((session) => [session, close]));
  const weights = async (session: string) => {
    const { rows } = await world.pool.query<{ symbol: string; weight: string }>(
      'select symbol, weight from allocations where session = $1',
      [session],
    );
    return Object.fromEntries(rows.map(({ symbol, weight }) => [symbol, Number(weight)]));
  };

  test('are of one currency, whatever each asset is counted in', async () => {
    await world.assets({
      'YEN.T': { currency: 'JPY', calendar: 'XTKS' },
      'JPYUSD=X': { class: 'fx', calendar: '24/5' },
    });
    await world.bars('AAA', flat(200));
    await world.bars('YEN.T', flat(3_000));
    await world.bars('JPYUSD=X', flat(0.0066));
    await world.quote('AAA', '200', { marketCap: '3e12' });
    await world.quote('YEN.T', '3000', { marketCap: '45e12', currency: 'JPY' });
    await create(['AAA', 'YEN.T'], {}, { method: 'market_cap_weight' });
    await run();
    const yen = 45e12 * 0.0066;
    expect(await weights(day(89))).toEqual({
      AAA: expect.closeTo(3e12 / (3e12 + yen), 9),
      'YEN.T': expect.closeTo(yen / (3e12 + yen), 9),
    });
  });

  test('of the past are of what a share cost then, splits or not', async () => {
    const now = priceAt(1, 200, 89);
    // Four for one at the 80th session: it was written at four times as much before.
    const written = Object.fromEntries(
      Object.entries(walk(1, 200)).map(([session, close], i) => [session, i < 80 ? close * 4 : close]),
    );
    await world.bars('AAA', written, { [day(80)]: { splitRatio: '4' } });
    await world.quote('AAA', String(now), { marketCap: String(now * 1_000) });
    await world.quote('BBB', String(priceAt(2, 60, 89)), { marketCap: String(priceAt(2, 60, 89) * 5_000) });
    await create(['AAA', 'BBB'], {}, { method: 'market_cap_weight' });
    await run();
    for (const i of [63, 89]) {
      const [a, b] = [priceAt(1, 200, i) * 1_000, priceAt(2, 60, i) * 5_000];
      expect(await weights(day(i))).toEqual({
        AAA: expect.closeTo(a / (a + b), 9),
        BBB: expect.closeTo(b / (a + b), 9),
      });
    }
  });

  test('count shares on the basis of today, where the last good price is from before a split', async () => {
    const split = Object.fromEntries(DAYS.map((session, i) => [session, i < 89 ? 400 : 100]));
    await world.bars('AAA', split, { [day(89)]: { splitRatio: '4' } });
    await world.bars('BBB', flat(60));
    await world.quote('AAA', '400', { marketCap: '4e12', quoteTime: new Date(`${day(88)}T15:00:00Z`) });
    await world.quote('BBB', '60', { marketCap: '4e12' });
    await create(['AAA', 'BBB'], {}, { method: 'market_cap_weight' });
    await run();
    expect(await weights(day(89))).toEqual({ AAA: expect.closeTo(0.5, 9), BBB: expect.closeTo(0.5, 9) });
  });

  test('leave out what has no capitalisation, no price or no rate', async () => {
    await world.assets({ 'VOD.L': { currency: 'GBP', calendar: 'XLON' }, NONE: {} });
    await world.bars('VOD.L', flat(2));
    for (const symbol of ['AAA', 'NONE']) await world.quote(symbol, '200', { marketCap: '1e9' });
    await world.quote('VOD.L', '2', { marketCap: '1e9', currency: 'GBP' });
    await world.quote('BBB', '60');
    await create(['AAA', 'BBB', 'NONE', 'VOD.L'], {}, { method: 'market_cap_weight' });
    await run();
    const { rows } = await world.pool.query(
      'select symbol, weight, quantity, reason from allocations where session = $1 order by symbol',
      [day(89)],
    );
    const none = { weight: '0', quantity: null };
    expect(rows).toEqual([
      { symbol: 'AAA', weight: '1', quantity: expect.any(String), reason: null },
      { symbol: 'BBB', ...none, reason: 'no_market_cap' },
      { symbol: 'NONE', ...none, reason: 'no_price' },
      { symbol: 'VOD.L', ...none, reason: 'no_fx_rate' },
    ]);
  });
});

test('an index that is never rebalanced begins all the same, and holds what it bought', async () => {
  await create(['AAA', 'BBB'], { rebalance: 'never' });
  await run();
  const held = (i: number) => 50 * (priceAt(1, 200, i) / priceAt(1, 200, 63) + priceAt(2, 60, i) / priceAt(2, 60, 63));
  const all = await levels();
  expect(all[0]).toEqual({ session: day(63), level: '100' });
  expect(Number(all.at(-1)?.level)).toBeCloseTo(held(89), 9);
  expect((await world.metrics('stg_1')).all).toMatchObject({ observations: 26, reasons: {} });

  await lastSession();
  await run();
  expect(Number((await levels()).at(-1)?.level)).toBeCloseTo(held(90), 9);
  const { rows } = await world.pool.query('select distinct session from allocations where applied');
  expect(rows).toEqual([{ session: day(63) }]);
});

test('a strategy of which nothing can be priced names what it left out, and why', async () => {
  await world.assets({ NONE: {} });
  await create(['NONE']);
  const refreshId = await world.refresh({ strategies: ['stg_1'], kind: 'strategy' });
  expect(await world.calculate(refreshId)).toMatchObject({ status: 'success', skipped: { no_data: 1 } });
  const { rows } = await world.pool.query('select detail from refresh_items where refresh_id = $1', [refreshId]);
  expect(rows).toEqual([{ detail: 'no asset is left to choose from: NONE (there is no price)' }]);
});

test('levels come out the same to the last bit in whatever order a strategy names its symbols', async () => {
  await create(['CCC', 'AAA', 'BBB'], { rebalance: { every: 'week' } });
  await run();
  const before = await levels();
  await run();
  expect(await levels()).toEqual(before);
});

test('arithmetic may take longer than a transaction may stand idle', async () => {
  await create(['AAA', 'BBB']);
  const slow: Arithmetic = { ...here, strategy: (work) => sleep(12_000).then(() => here.strategy(work)) };
  const record = await world.calculate(await world.refresh({ strategies: ['stg_1'], kind: 'strategy' }), slow);
  expect(record).toMatchObject({ status: 'success', done: 1 });
}, 40_000);
