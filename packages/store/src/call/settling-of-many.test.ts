import { withDatabase } from '@freshet/testing';
import { settleCalculated } from '../follow/follow.ts';
import { moveWants } from './move-wants.ts';
import { withTx } from '../database/pool.ts';
import { settleItems } from './settle-items.ts';

/** What settling a few costs must not depend on how many others wait: else a refresh of so many takes the square of it. */
const [FEW, MANY] = [500, 10_000];
const AT_ONCE = 10;
const ROUNDS = 5;

const { pool } = await withDatabase({ max: 1, durable: false, byKey: true });

/** Entries of indexes. */
async function entriesRead(): Promise<number> {
  await pool.query('select pg_stat_force_next_flush()');
  const { rows } = await pool.query<{ entries: number }>(
    `select sum(idx_tup_read)::int as entries from pg_stat_user_indexes where relname in ('refresh_items', 'wants')`,
  );
  return rows[0]?.entries ?? 0;
}

/** Every name is a new one: what is left of earlier rows under the same would be read along with it. */
let filled = 0;

/** Refreshes of which each waits for so many symbols and portfolios, and the wants of it. */
async function fill({ refreshes, waiting }: { refreshes: number; waiting: number }): Promise<void> {
  filled++;
  // Not truncated: that would take the statistics along.
  await pool.query('delete from refreshes; delete from refresh_items; delete from wants');
  await pool.query(
    `insert into refreshes (id, kind, mode, identity, scope, rank, source, role, deadline_at, status, open, calculates, total)
     select 'ref_' || i, 'all', 'full', i, i, 30, 'manual', 'system', now() + interval '1 day', 'in_progress', $1, true, 2 * $1
     from generate_series(1, $2::int) i`,
    [waiting, refreshes],
  );
  await pool.query(
    `insert into refresh_items (refresh_id, subject, data, state, fresh_after)
     select 'ref_' || r, s || lpad(i::text, 6, '0'), d, 'waiting', now() - interval '1 hour' from generate_series(1, $1) i,
       generate_series(1, $2::int) r, unnest(array['SYM' || $3, 'pf_' || $3], array['bars', 'portfolio']) as t(s, d)`,
    [waiting, refreshes, filled],
  );
  await pool.query(
    `insert into wants (symbol, data, class, lane, rank, turn, owner, fresh_after, refresh_id, call_id, fence, claimed_at)
     select 'SYM' || $2 || lpad(i::text, 6, '0'), 'bars', 'equity', 'yahoo', 30, i, 'usr_1', now() - interval '1 hour', 'ref_1', 'call', 1, now()
     from generate_series(1, $1) i`,
    [waiting, filled],
  );
}

const numbered = (prefix: string, round: number): string[] =>
  Array.from({ length: AT_ONCE }, (_, i) => prefix + filled + String(round * AT_ONCE + i + 1).padStart(6, '0'));

/** A landing of history: some wants are served, one is passed on. */
function settleSome(round: number) {
  const [passedOn = '', ...served] = numbered('SYM', round);
  const how = {
    state: 'updated' as const,
    reason: null,
    detail: null,
    chain: null,
    source: 'yahoo',
    nextRefreshAt: null,
  };
  const end = { data: 'bars', fence: 1, call: 1, receivedAt: new Date() };
  return withTx(pool, async (client) => {
    await moveWants(client, [
      ...served.map((symbol) => ({ ...end, symbol, item: how, want: { do: 'delete' as const } })),
      {
        ...end,
        symbol: passedOn,
        want: { do: 'move', lane: 'finnhub', because: { provider: 'yahoo', reason: 'no_data' } },
      },
    ]);
    return settleItems(
      client,
      served.map((subject) => ({ ...how, subject, data: 'bars', answeredAt: end.receivedAt, call: 1 })),
      { provider: 'yahoo', made: [1], touched: [{ subject: passedOn, data: 'bars', call: 1 }] },
    );
  });
}

const calculateSome = (round: number) =>
  withTx(pool, (client) => {
    const done = numbered('pf_', round).map((subject) => ({
      subject,
      data: 'portfolio' as const,
      state: 'updated' as const,
    }));
    return settleCalculated(client, 'ref_1', done, 0);
  });

async function entriesReadBy(
  size: Parameters<typeof fill>[0],
  some: (round: number) => Promise<unknown>,
): Promise<number> {
  await fill(size);
  const before = await entriesRead();
  for (let round = 0; round < ROUNDS; round++) await some(round);
  return (await entriesRead()) - before;
}

/** Prepared and planned for good while nothing waits and the statistics say so, as in a worker that has been running for a while. */
async function planWhileNothingWaits(some: (round: number) => Promise<unknown>): Promise<void> {
  await fill({ refreshes: 2, waiting: 1_000 });
  await pool.query(`delete from wants; update refresh_items set state = 'updated'; analyze wants, refresh_items`);
  for (let round = 0; round < 10; round++) await some(round).catch(() => {});
}

test('a landing reads as little when much waits as when little does, and settles what it should', async () => {
  await planWhileNothingWaits(settleSome);
  const few = await entriesReadBy({ refreshes: 2, waiting: FEW }, settleSome);
  expect(await entriesReadBy({ refreshes: 2, waiting: MANY }, settleSome)).toBeLessThan(1.5 * few);
  const { rows } = await pool.query(
    `select (select count(*)::int from refresh_items where state = 'updated') as updated,
       (select count(*)::int from wants where lane = 'yahoo') as kept, (select count(*)::int from wants where lane = 'finnhub') as passed,
       (select array_agg(done order by id) from refreshes) as done, (select array_agg(open order by id) from refreshes) as open,
       (select array_agg((provider_calls ->> 'yahoo')::int) from refreshes) as calls`,
  );
  const served = ROUNDS * (AT_ONCE - 1);
  expect(rows).toEqual([
    {
      ...{ updated: 2 * served, kept: MANY - ROUNDS * AT_ONCE, passed: ROUNDS, calls: [ROUNDS, ROUNDS] },
      ...{ done: [served, served], open: [MANY - served, MANY - served] },
    },
  ]);
});

test('what was calculated is settled with as little when much waits as when little does', async () => {
  await planWhileNothingWaits(calculateSome);
  const few = await entriesReadBy({ refreshes: 2, waiting: 200 }, calculateSome);
  expect(await entriesReadBy({ refreshes: 2, waiting: 5_000 }, calculateSome)).toBeLessThan(1.5 * few);
  expect(await entriesReadBy({ refreshes: 50, waiting: 200 }, calculateSome)).toBeLessThan(1.5 * few);
  const { rows } = await pool.query(
    `select refresh_id, count(*)::int as n from refresh_items where state = 'updated' group by 1`,
  );
  expect(rows).toEqual([{ refresh_id: 'ref_1', n: ROUNDS * AT_ONCE }]);
});
