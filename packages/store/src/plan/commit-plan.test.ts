import { refreshToAccept, withDatabase } from '@freshet/testing';
import { acceptUnlimited } from '../accept/accept.ts';
import { commitPlan, type PlanToCommit } from './commit-plan.ts';
import { newId } from '../database/ids.ts';
import { loadRefresh } from '../refreshes/refresh-read.ts';
import { ROWS_AT_ONCE } from './upsert-wants.ts';

/** Plans of so much that it is written in several parts. */
const MANY = Array.from({ length: ROWS_AT_ONCE + 1_000 }, (_, i) => `SYM${String(i).padStart(5, '0')}`);

const { pool } = await withDatabase({ durable: false });
beforeEach(() => pool.query('truncate refreshes, refresh_items, wants, events, assets cascade'));

async function accepted(userId: string): Promise<string> {
  const id = newId('refresh');
  await acceptUnlimited(pool, [refreshToAccept(id, { userId })]);
  return id;
}

function planOf(refreshId: string, symbols: string[], datas = ['quote', 'bars']): PlanToCommit {
  const freshAfter = new Date();
  const all = symbols.flatMap((symbol) => datas.map((data) => ({ symbol, data, freshAfter })));
  return {
    ...{ refreshId, elapsedMs: 1, calculates: false, nextRefreshAt: null, newAssets: [] },
    wants: all.map((want) => ({ ...want, class: 'equity', lane: want.symbol < 'SYM04000' ? 'yahoo' : 'finnhub' })),
    items: all.map(({ symbol, ...item }) => ({
      ...{ ...item, subject: symbol, state: 'waiting' as const },
      ...{ reason: null, detail: null, nextRefreshAt: null },
    })),
  };
}

test('has every item and every want, in turns without a gap, quotes before bars in each lane', async () => {
  const id = await accepted('usr_many');
  const planned = await commitPlan(pool, planOf(id, MANY.toReversed()));
  expect(planned).toMatchObject({ open: 2 * MANY.length, waiting: { yahoo: 8_000, finnhub: 2 * MANY.length - 8_000 } });
  expect(await loadRefresh(pool, id)).toMatchObject({ status: 'in_progress', total: 2 * MANY.length });
  const { rows } = await pool.query(
    `select lane, data, count(*)::int as n, (min(turn) - min(min(turn)) over (partition by lane))::int as from,
       (max(turn) - min(min(turn)) over (partition by lane))::int as to, count(distinct turn)::int as turns
     from wants group by lane, data order by lane, data desc`,
  );
  const half = (lane: string, n: number) => [
    { lane, data: 'quote', n, from: 0, to: n - 1, turns: n },
    { lane, data: 'bars', n, from: n, to: 2 * n - 1, turns: n },
  ];
  expect(rows).toEqual([...half('finnhub', MANY.length - 4_000), ...half('yahoo', 4_000)]);
  const { rows: order } = await pool.query<{ symbol: string }>(
    `select symbol from wants where data = 'quote' and lane = 'yahoo' order by turn`,
  );
  expect(order.map(({ symbol }) => symbol)).toEqual(MANY.slice(0, 4_000));
});

test('leaves whoever comes with one want to go before its second', async () => {
  await commitPlan(pool, planOf(await accepted('usr_many'), MANY, ['quote']));
  await commitPlan(pool, planOf(await accepted('usr_few'), ['AAPL'], ['quote']));
  const { rows } = await pool.query<{ symbol: string }>(
    `select symbol from wants where lane = 'yahoo' order by rank, turn, symbol limit 3`,
  );
  expect(rows.map(({ symbol }) => symbol)).toEqual(['AAPL', 'SYM00000', 'SYM00001']);
});

test('lets quotes not wait for the history that the same user asked for before, and history for both', async () => {
  await commitPlan(pool, planOf(await accepted('usr_many'), ['KO', 'MSFT', 'NVDA'], ['bars']));
  await commitPlan(pool, planOf(await accepted('usr_many'), ['AAPL', 'GOOGL'], ['quote']));
  await commitPlan(pool, planOf(await accepted('usr_many'), ['AMZN'], ['bars']));
  const { rows } = await pool.query<{ symbol: string; data: string; turn: number }>(
    `select symbol, data, (turn - min(turn) over ())::int as turn from wants order by data desc, turn`,
  );
  expect(rows.map(({ symbol, data, turn }) => `${turn} ${data} ${symbol}`)).toEqual([
    '0 quote AAPL',
    '1 quote GOOGL',
    '0 bars KO',
    '1 bars MSFT',
    '2 bars NVDA',
    '3 bars AMZN',
  ]);
});

test('is made once, whoever else makes it at the same moment', async () => {
  const id = await accepted('usr_many');
  const plans = await Promise.all([1, 2, 3].map(() => commitPlan(pool, planOf(id, MANY, ['quote']))));
  expect(plans.filter((planned) => planned !== null)).toHaveLength(1);
  expect((await pool.query('select from refresh_items')).rowCount).toBe(MANY.length);
  expect((await pool.query('select from wants')).rowCount).toBe(MANY.length);
});

test('says what is wrong with it, however small it is', async () => {
  const plan = planOf(await accepted('usr_few'), ['SYM00001'], ['quote']);
  const items = plan.items.slice().map((item) => ({ ...item, freshAfter: new Date(8.64e15) }));
  await expect(commitPlan(pool, { ...plan, items })).rejects.toThrow(/time zone|timestamp|range/);
});

test('leaves nothing when a part of it can’t be written', async () => {
  const id = await accepted('usr_many');
  const plan = planOf(id, MANY, ['quote']);
  const broken = { ...plan, wants: plan.wants.with(MANY.length - 1, { ...plan.wants[0], from: 'no date' } as never) };
  await expect(commitPlan(pool, broken)).rejects.toThrow(/date/);
  expect(await loadRefresh(pool, id)).toMatchObject({ status: 'queued' });
  expect((await pool.query('select from refresh_items')).rowCount).toBe(0);
  expect((await pool.query('select from wants')).rowCount).toBe(0);
});
