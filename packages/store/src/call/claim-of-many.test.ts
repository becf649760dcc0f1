import { withDatabase } from '@freshet/testing';
import { claimWants, peekLane } from './claim.ts';

/** What a claim costs must not depend on how much waits behind it: else so many claims of so many wants take the square of it. */
const [FEW, MANY] = [1_000, 30_000];
const BATCH = 50;
const CLAIMS = 5;

const { pool } = await withDatabase({ max: 1, durable: false, byKey: true, inOrder: true });

async function pagesRead(): Promise<number> {
  await pool.query('select pg_stat_force_next_flush()');
  const { rows } = await pool.query<{ pages: number }>(
    `select (heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read)::int as pages
     from pg_statio_user_tables where relname = 'wants'`,
  );
  return rows[0]?.pages ?? 0;
}

const claim = (id: string, byAge: boolean) =>
  claimWants(pool, 'yahoo', id, { data: 'quote', limit: BATCH, byAge, yields: true, onlyRank: byAge ? undefined : 30 });

/** Pages of the table and its indexes that a look and a claim read, while so much waits. */
async function pagesOfClaims(waiting: number, byAge: boolean): Promise<number> {
  await pool.query('truncate wants');
  await pool.query(
    `insert into wants (symbol, data, class, lane, rank, turn, owner, fresh_after, refresh_id)
     select 'SYM' || lpad(i::text, 6, '0'), 'quote', 'equity', 'yahoo', 30, $1 - i, 'usr_1', now(), 'ref_1' from generate_series(1, $1) i`,
    [waiting],
  );
  const before = await pagesRead();
  const claimed: string[] = [];
  for (let i = 0; i < CLAIMS; i++) {
    expect(await peekLane(pool, 'yahoo', `call-${i}`, { batch: BATCH, byAge })).toMatchObject({ waiting: BATCH });
    claimed.push(...(await claim(`call-${i}`, byAge)).map(({ symbol }) => symbol));
  }
  expect(new Set(claimed).size).toBe(CLAIMS * BATCH);
  return (await pagesRead()) - before;
}

test.each([
  ['rank', false],
  ['age', true],
])('claims by %s read as little when much waits as when little does', async (_, byAge) => {
  // Prepared and planned for good while nothing waits, as in a worker that has been running for a while.
  await pool.query('truncate wants; analyze wants');
  for (let i = 0; i < 10; i++) {
    await peekLane(pool, 'yahoo', 'call', { batch: BATCH, byAge });
    await claim('call', byAge);
  }
  const few = await pagesOfClaims(FEW, byAge);
  expect(await pagesOfClaims(MANY, byAge)).toBeLessThan(1.5 * few);
});
