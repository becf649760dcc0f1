import fc from 'fast-check';
import { changeHolding, changePortfolio, portfolioHistory, readSnapshot } from '@freshet/store';
import { calculatingWorld, here, weekdays } from './world.fixture.ts';

/**
 * What is calculated of only what changed, by a process that remembers what it has read, equals what a full recalculation gives
 * that begins from nothing, whatever happened in between: prices, bars, splits, dividends, rates, purchases and sales, costs, cash,
 * another benchmark, another calendar.
 */
const DAYS = weekdays('2024-03-01', 40);
const day = (at: number) => DAYS[at] as string;
const HELD = ['AAPL', 'KO', 'VOD.L'];
const PORTFOLIOS = ['pf_1', 'pf_2', 'pf_3'];

const world = await calculatingWorld();

const at = fc.integer({ min: 0, max: DAYS.length - 1 });
const price = fc.integer({ min: 50, max: 500 });
const edit = fc.oneof(
  fc.record({ do: fc.constant('quote' as const), symbol: fc.constantFrom(...HELD, 'GBPUSD=X'), price }),
  fc.record({ do: fc.constant('bar' as const), symbol: fc.constantFrom(...HELD, 'GBPUSD=X', '^GSPC'), at, price }),
  fc.record({
    do: fc.constant('split' as const),
    symbol: fc.constantFrom(...HELD),
    at,
    ratio: fc.constantFrom(2, 3, 0.5),
  }),
  fc.record({
    do: fc.constant('dividend' as const),
    symbol: fc.constantFrom(...HELD),
    at,
    cash: fc.integer({ min: 1, max: 9 }),
  }),
  fc.record({
    do: fc.constant('hold' as const),
    portfolio: fc.constantFrom(...PORTFOLIOS),
    symbol: fc.constantFrom(...HELD),
    units: fc.integer({ min: 0, max: 40 }),
    at,
  }),
  fc.record({
    do: fc.constant('cash' as const),
    portfolio: fc.constantFrom(...PORTFOLIOS),
    units: fc.integer({ min: 0, max: 900 }),
  }),
  fc.record({
    do: fc.constant('cost' as const),
    portfolio: fc.constantFrom(...PORTFOLIOS),
    symbol: fc.constantFrom(...HELD),
    cost: fc.constantFrom(null, '0', '321.5'),
  }),
  fc.record({
    do: fc.constant('benchmark' as const),
    portfolio: fc.constantFrom(...PORTFOLIOS),
    symbol: fc.constantFrom('^GSPC', 'KO', 'VOD.L', '^NONE'),
  }),
  fc.record({
    do: fc.constant('calendar' as const),
    symbol: fc.constantFrom('AAPL', 'VOD.L', '^GSPC'),
    calendar: fc.constantFrom('XNYS', 'XTKS', '24/7'),
  }),
);
type Edit = typeof edit extends fc.Arbitrary<infer E> ? E : never;

async function begin(): Promise<void> {
  await world.pool.query(
    `truncate users, portfolios, holdings, holding_changes, portfolio_snapshots, portfolio_series, metrics, refreshes,
       refresh_items, events, daily_bars, latest_quotes, assets cascade`,
  );
  await world.assets({
    AAPL: {},
    KO: {},
    'VOD.L': { currency: 'GBP', calendar: 'XLON' },
    'GBPUSD=X': { class: 'fx', calendar: '24/5' },
    '^GSPC': { class: 'index' },
  });
  for (const [i, symbol] of [...HELD, 'GBPUSD=X', '^GSPC'].entries())
    await world.bars(symbol, Object.fromEntries(DAYS.map((session, t) => [session, 100 + 10 * Math.sin(t + i)])));
  await world.portfolio('pf_1', { AAPL: '10' }, { at: '2024-01-01T00:00:00Z' });
  await world.portfolio('pf_2', { 'VOD.L': '5', KO: '1' }, { at: '2024-01-01T00:00:00Z', cash: '50' });
  await world.portfolio('pf_3', {}, { currency: 'GBP' });
}

const ACTOR = { keyId: 'key_1', userId: 'usr_1', role: 'user', requestId: 'r', remoteAddress: '' };
const ownerOf = (id: string) => ({ id, userId: 'usr_1' });

async function apply(change: Edit): Promise<void> {
  switch (change.do) {
    case 'quote':
      return world.quote(change.symbol, String(change.price), {
        currency: change.symbol === 'VOD.L' ? 'GBP' : 'USD',
        previousClose: String(change.price - 1),
      });
    case 'bar':
      return world.bars(change.symbol, { [day(change.at)]: change.price });
    case 'split':
      return world.bars(
        change.symbol,
        { [day(change.at)]: 77 },
        { [day(change.at)]: { splitRatio: String(change.ratio) } },
      );
    case 'dividend':
      return world.bars(
        change.symbol,
        { [day(change.at)]: 88 },
        { [day(change.at)]: { dividend: String(change.cash) } },
      );
    case 'hold':
      return world.hold(change.portfolio, change.symbol, String(change.units), `${day(change.at)}T15:00:00Z`);
    case 'cash':
      await world.pool.query('update portfolios set cash = $2, version = version + 1 where id = $1', [
        change.portfolio,
        change.units,
      ]);
      return;
    case 'cost': {
      const { portfolio, symbol, cost } = change;
      await changeHolding(world.pool, ownerOf(portfolio), `hld_${portfolio}_${symbol}`, '*', { cost }, ACTOR);
      return;
    }
    case 'benchmark':
      await changePortfolio(world.pool, change.portfolio, '*', { benchmark: change.symbol }, ACTOR);
      return;
    case 'calendar':
      await world.pool.query('update assets set calendar = $2 where symbol = $1', [change.symbol, change.calendar]);
  }
}

/** Everything that people see of the portfolios, but for the time at which it was computed. */
async function results(): Promise<object[]> {
  return Promise.all(
    PORTFOLIOS.map(async (id) => {
      const snapshot = await readSnapshot(world.pool, id);
      return {
        valuation: snapshot && { ...snapshot.valuation, as_of: null },
        history: await portfolioHistory(world.pool, id, null, null),
        metrics: await world.metrics(id),
      };
    }),
  );
}

const calculate = async (mode: 'smart' | 'full', by = world.process()) =>
  world.calculate(await world.refresh({ portfolios: PORTFOLIOS, mode, kind: 'holdings' }), here, by);

test('calculating only what changed gives what calculating everything gives', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(edit, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 }),
      async (history) => {
        await begin();
        const process = world.process();
        await calculate('smart', process);
        for (const edits of history) {
          for (const change of edits) await apply(change);
          await calculate('smart', process);
        }
        const incremental = await results();
        await world.pool.query('truncate portfolio_snapshots, portfolio_series, metrics');
        const full = await calculate('full');
        expect(full).toMatchObject({ status: 'success', portfolios: PORTFOLIOS.length });
        expect(await results()).toEqual(incremental);
      },
    ),
    { numRuns: 12, endOnFailure: true },
  );
}, 120_000);

test('a change touches what it must and nothing else', async () => {
  await begin();
  await calculate('smart');
  const touched = async (change: Edit) => {
    await apply(change);
    return (await calculate('smart')).portfolios;
  };
  expect(await touched({ do: 'quote', symbol: 'AAPL', price: 123 })).toBe(1);
  expect(await touched({ do: 'quote', symbol: 'GBPUSD=X', price: 2 })).toBe(1);
  expect(await touched({ do: 'bar', symbol: 'KO', at: 3, price: 90 })).toBe(1);
  // The benchmark is everybody's.
  expect(await touched({ do: 'bar', symbol: '^GSPC', at: 3, price: 90 })).toBe(3);
  expect(await touched({ do: 'cash', portfolio: 'pf_3', units: 5 })).toBe(1);
  // The year of a market that never rests has more days, and its day ends at another time.
  expect(await touched({ do: 'calendar', symbol: '^GSPC', calendar: '24/7' })).toBe(3);
  expect(await touched({ do: 'calendar', symbol: 'AAPL', calendar: '24/7' })).toBe(1);
  expect((await calculate('smart')).portfolios).toBe(0);
});
