import { eventually, planToCommit, quoteToStore, refreshToAccept, withDatabase } from '@freshet/testing';
import { acceptUnlimited } from '../accept/accept.ts';
import { ensureAssets } from '../prices/assets-write.ts';
import { packBars } from '../prices/bars-pack.ts';
import { type ClaimedRow, claimWants } from './claim.ts';
import { commitPlan } from '../plan/commit-plan.ts';
import { newId } from '../database/ids.ts';
import type { WantEnd } from './want-end.ts';
import { createLander } from './land-together.ts';
import { loadRefresh } from '../refreshes/refresh-read.ts';

const SYMBOLS = Array.from({ length: 12 }, (_, i) => `SYM${String(i).padStart(2, '0')}`);

const { pool } = await withDatabase({ max: 20 });
let land: ReturnType<typeof createLander>;
beforeEach(async () => {
  await pool.query('truncate refreshes, refresh_items, wants, events, latest_quotes, daily_bars, assets cascade');
  const asset = { class: 'equity', currency: 'USD', calendar: 'XNYS', sector: null, indexes: [], volatility: null };
  await ensureAssets(
    pool,
    SYMBOLS.map((symbol) => ({ ...asset, symbol, name: symbol })),
  );
  land = createLander(pool);
});

type Data = 'quote' | 'bars';

/** A refresh of these data of all symbols, planned. */
async function planned(...data: Data[]): Promise<string> {
  const id = newId('refresh');
  await acceptUnlimited(pool, [refreshToAccept(id)]);
  await commitPlan(pool, planToCommit(id, SYMBOLS, { data }));
  return id;
}

interface Call {
  callId: string;
  ends: WantEnd[];
}

async function calls(data: Data, symbolsEach: number, of: (claim: ClaimedRow) => Partial<WantEnd>): Promise<Call[]> {
  const made: Call[] = [];
  for (let i = 0; i < SYMBOLS.length / symbolsEach; i++) {
    const callId = newId('refresh');
    const claims = await claimWants(pool, 'yahoo', callId, { data, limit: symbolsEach, byAge: false });
    made.push({ callId, ends: claims.map((claim) => ({ ...endOf(claim, data), ...of(claim) })) });
  }
  return made;
}

const endOf = ({ symbol, fence }: ClaimedRow, data: Data): WantEnd => ({
  ...{ symbol, data, fence, want: { do: 'delete' } },
  item: { state: 'updated', reason: null, detail: null, chain: null, source: 'yahoo', nextRefreshAt: null },
});

const landAll = (refreshId: string, made: Call[]) =>
  made.map(({ callId, ends }) =>
    land({ refreshId, callId, provider: 'yahoo', calls: 1, receivedAt: new Date(), ends }),
  );

const bars = ({ symbol }: { symbol: string }, session = '2026-11-19'): Partial<WantEnd> => ({
  series: packBars({
    ...{ symbol, source: 'yahoo', currency: 'USD', fetchedAt: new Date(), refreshId: null, askedFrom: session },
    bars: [{ symbol, session, open: null, high: null, low: null, close: '10', volume: null }],
    ...{ provisional: new Set(), suspect: new Set() },
  }),
});

/** What comes while the first ones can't get at the row of their refresh. */
async function whileLocked<T>(refreshId: string, work: () => Promise<T>[]): Promise<PromiseSettledResult<T>[]> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('select from refreshes where id = $1 for update', [refreshId]);
    const all = Promise.allSettled(work());
    await eventually(async () => {
      const { rows } = await pool.query<{ n: number }>(
        `select count(*)::int as n from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and query like '%with ends as%'`,
      );
      expect(rows[0]?.n).toBeGreaterThan(0);
    });
    await client.query('commit');
    return await all;
  } finally {
    client.release();
  }
}

const progressEvents = async (): Promise<number> => {
  const { rows } = await pool.query<{ n: number }>(
    `select count(*)::int as n from events where type = 'refresh_progress'`,
  );
  return rows[0]?.n ?? 0;
};

test('calls of one refresh that come faster than they are written land together, each counted', async () => {
  const id = await planned('bars');
  const made = await calls('bars', 1, (claim) => bars(claim));
  const before = await progressEvents();
  const landed = await whileLocked(id, () => landAll(id, made));
  expect(landed.map(({ status }) => status)).toEqual(SYMBOLS.map(() => 'fulfilled'));
  expect(landed.flatMap((each) => (each.status === 'fulfilled' ? each.value.ended : []))).toMatchObject([
    { refreshId: id },
  ]);
  expect(await loadRefresh(pool, id)).toMatchObject({ status: 'success', done: 12, providerCalls: { yahoo: 12 } });
  expect((await pool.query('select from daily_bars')).rowCount).toBe(12);
  // Two alone, and the other ten as one.
  expect((await progressEvents()) - before).toBe(3);
});

test('a call is counted by those refreshes alone that it served', async () => {
  const both = await planned('bars');
  const made = await calls('bars', 3, (claim) => bars(claim));
  const one = await planned('quote');
  const quotes = await calls('quote', 12, () => ({}));
  // The bars of the first half are wanted by another refresh as well; what lands together is the quotes and the other half.
  await pool.query(
    `insert into refresh_items (refresh_id, subject, data, state, fresh_after)
     select $1, subject, 'bars', 'waiting', fresh_after from refresh_items where refresh_id = $2 and subject < 'SYM06'`,
    [one, both],
  );
  await pool.query('update refreshes set open = 18, total = 18, fetches = 18 where id = $1', [one]);
  await whileLocked(both, () => landAll(both, [...made, ...quotes]));
  expect(await loadRefresh(pool, both)).toMatchObject({ status: 'success', providerCalls: { yahoo: 4 } });
  expect(await loadRefresh(pool, one)).toMatchObject({ status: 'success', providerCalls: { yahoo: 3 } });
});

test('an answer that can’t be stored fails alone', async () => {
  const id = await planned('bars');
  const made = await calls('bars', 1, (claim) => bars(claim, claim.symbol === 'SYM07' ? 'no date' : undefined));
  const landed = await whileLocked(id, () => landAll(id, made));
  expect(landed.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  expect(await loadRefresh(pool, id)).toMatchObject({ status: 'in_progress', done: 11, providerCalls: { yahoo: 11 } });
  const { rows } = await pool.query<{ symbol: string }>('select symbol from wants');
  expect(rows).toEqual([{ symbol: 'SYM07' }]);
});

test('a late writer among others is fenced out alone', async () => {
  const id = await planned('bars');
  const made = await calls('bars', 1, (claim) => bars(claim));
  await pool.query(`update wants set fence = fence + 1 where symbol = 'SYM07'`);
  const landed = await whileLocked(id, () => landAll(id, made));
  expect(landed.map((each) => (each.status === 'fulfilled' ? each.value.fencedOut : null))).toEqual(
    SYMBOLS.map((symbol) => (symbol === 'SYM07' ? 1 : 0)),
  );
  expect((await pool.query('select from daily_bars')).rowCount).toBe(11);
});

test('quotes and bars of the same symbols, first seen at the same moment, don’t wait for each other in a circle', async () => {
  const deadlocks = async () => {
    await pool.query('select pg_stat_force_next_flush()');
    const { rows } = await pool.query<{ n: number }>(
      'select deadlocks as n from pg_stat_database where datname = current_database()',
    );
    return rows[0]?.n;
  };
  const before = await deadlocks();
  for (let round = 0; round < 5; round++) {
    await pool.query('truncate daily_bars; update assets set quality = null, history_from = null, bars_version = 0');
    const id = await planned('quote', 'bars');
    const quotes = await calls('quote', 6, ({ symbol }) => ({ quote: quoteToStore(symbol, '10') }));
    const history = await calls('bars', 1, (claim) => bars(claim));
    // As several workers: each with a lander of its own.
    const workers = [...quotes, ...history].map((call) => ({ call, land: createLander(pool) }));
    await Promise.all(
      workers.map((worker) =>
        worker.land({ ...worker.call, refreshId: id, provider: 'yahoo', calls: 1, receivedAt: new Date() }),
      ),
    );
    expect(await loadRefresh(pool, id)).toMatchObject({ status: 'success', done: 24 });
  }
  expect(await deadlocks()).toBe(before);
});
