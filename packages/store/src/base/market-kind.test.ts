import { testDatabase } from '@freshet/testing';
import { ensureBase } from './base.ts';
import { claimMarket, heldMarket, type MarketKind } from './market-kind.ts';
import { createPool, type Pool } from '../database/pool.ts';

let database: Awaited<ReturnType<typeof testDatabase>>;
let pool: Pool;

beforeEach(async () => {
  database = await testDatabase();
  pool = createPool({ url: database.url, name: 'market-kind' });
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

const KINDS: MarketKind[] = ['real', 'simulated'];
test.each(KINDS)('an empty database is for ever what it was first wanted for: %s', async (kind) => {
  const other = KINDS.find((each) => each !== kind) as MarketKind;
  expect(await claimMarket(pool, kind)).toEqual({ kind, isNew: true });
  expect(await claimMarket(pool, other)).toEqual({ kind, isNew: false });
  expect(await claimMarket(pool, kind)).toEqual({ kind, isNew: false });
});

test('two that claim it at the same moment agree', async () => {
  const claimed = await Promise.all(KINDS.map((kind) => claimMarket(pool, kind)));
  expect(new Set(claimed.map(({ kind }) => kind)).size).toBe(1);
});

test('one without the mark is simulated when people of the demo are there', async () => {
  await ensureBase(database.url, { demo: true });
  expect(await claimMarket(pool, 'real')).toEqual({ kind: 'simulated', isNew: false });
});

test('one without the mark is real when it holds other prices', async () => {
  await ensureBase(database.url, { demo: false });
  await pool.query(
    `insert into daily_bars (symbol, session, close, source, fetched_at) values ('AAPL', '2026-03-02', 200, 'yahoo', now())`,
  );
  expect(await claimMarket(pool, 'simulated')).toEqual({ kind: 'real', isNew: false });
});

const ageMark = () => pool.query(`update settings set changed_at = now() - interval '2 minutes' where name = 'market'`);

test('a mark that nothing came of is no hindrance', async () => {
  await claimMarket(pool, 'simulated');
  await ageMark();
  expect(await heldMarket(pool)).toBeNull();
  expect(await claimMarket(pool, 'real')).toEqual({ kind: 'real', isNew: true });
  expect(await claimMarket(pool, 'simulated')).toEqual({ kind: 'real', isNew: false });
});

test('one with people keeps its mark, though no prices have come yet', async () => {
  await claimMarket(pool, 'real');
  await ensureBase(database.url, { demo: false });
  await ageMark();
  expect(await claimMarket(pool, 'simulated')).toEqual({ kind: 'real', isNew: false });
});

test('to look at one changes nothing, and needs no tables', async () => {
  const empty = await testDatabase({ empty: true });
  const bare = createPool({ url: empty.url, name: 'market-kind' });
  expect(await heldMarket(bare)).toBeNull();
  await bare.end();
  await empty.drop();
  expect(await heldMarket(pool)).toBeNull();
  expect(await claimMarket(pool, 'real')).toEqual({ kind: 'real', isNew: true });
  expect(await heldMarket(pool)).toBe('real');
});
