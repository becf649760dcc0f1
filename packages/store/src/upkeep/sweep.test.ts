import { withDatabase } from '@freshet/testing';
import {
  endOverdue,
  freeClaims,
  freeLane,
  longClaims,
  refreshesToFollow,
  refreshesToRing,
  waitingDeliveries,
  waitingLanes,
} from './sweep.ts';

/** What the sweeper takes for lost, and what it leaves to those who have it in hand. */
const { pool } = await withDatabase({ max: 2 });
beforeEach(() => pool.query('truncate refreshes, refresh_items, wants, latest_quotes, webhook_endpoints cascade'));

interface Want {
  lane?: string;
  call?: string | null;
  /** Since it was claimed. */
  forS?: number;
  resting?: boolean;
  claims?: number;
  rank?: number;
  cap?: number | null;
}

async function wants(of: Record<string, Want>): Promise<void> {
  for (const [symbol, want] of Object.entries(of)) {
    const { lane = 'yahoo', call = null, forS = 0, resting = false, claims = 1, rank = 20, cap = null } = want;
    await pool.query(
      `insert into wants (symbol, data, class, lane, rank, turn, owner, fresh_after, fence, call_id, claimed_at, resting, claims, batch_cap)
       values ($1, 'quote', 'equity', $2, $3, 1, 'usr_1', now(), 0, $4, clock_timestamp() - make_interval(secs => $5), $6, $7, $8)`,
      [symbol, lane, rank, call, forS, resting, claims, cap],
    );
  }
}

interface Refresh {
  status?: string;
  open?: number;
  calculates?: boolean;
  /** Since it was accepted, rung (null: never) and changed. */
  agoS?: number;
  rungS?: number | null;
  identity?: string;
}

async function refreshes(of: Record<string, Refresh>): Promise<void> {
  for (const [id, refresh] of Object.entries(of)) {
    const { status = 'queued', open = 0, calculates = false, agoS = 60, rungS = null, identity = id } = refresh;
    await pool.query(
      `insert into refreshes (id, kind, mode, target, identity, scope, rank, source, role, deadline_at, status, open, calculates, accepted_at, changed_at, rung_at)
       values ($1, 'all', 'smart', '{}', $2, $2, 20, 'manual', 'user', now() + interval '1 hour', $3, $4, $5, now() - make_interval(secs => $6),
         now() - make_interval(secs => $6), now() - make_interval(secs => $7))`,
      [id, identity, status, open, calculates, agoS, rungS],
    );
  }
}

test('a claim is long after so long, once for each call, and not where it rests', async () => {
  await wants({
    FREE: { forS: 60 },
    LONG: { call: 'call-1', forS: 11 },
    LONG2: { call: 'call-1', forS: 11 },
    REST: { call: 'call-2', resting: true, forS: 60 },
    YOUNG: { call: 'call-3', forS: 9 },
  });
  expect(await longClaims(pool, 10_000)).toEqual([{ lane: 'yahoo', callId: 'call-1' }]);
});

test('freed are the claims of dead calls alone; what was claimed twice in vain is asked for by itself from then on', async () => {
  await wants({
    FIRST: { call: 'call-1', claims: 1, cap: 5 },
    OTHER: { call: 'call-2' },
    REST: { call: 'call-1', resting: true },
    THIRD: { call: 'call-1', claims: 2, cap: 5 },
  });
  expect(await freeClaims(pool, ['call-1', 'call-9'])).toBe(2);
  const { rows } = await pool.query(
    'select symbol, call_id as call, batch_cap as cap, fence::int from wants order by symbol',
  );
  expect(rows).toEqual([
    { symbol: 'FIRST', call: null, cap: 5, fence: 1 },
    { symbol: 'OTHER', call: 'call-2', cap: null, fence: 0 },
    { symbol: 'REST', call: 'call-1', cap: null, fence: 0 },
    { symbol: 'THIRD', call: null, cap: 1, fence: 1 },
  ]);
});

test('of a lane that nobody works what was long in hand is freed, and no other lane’s', async () => {
  await wants({
    ELSEWHERE: { lane: 'finnhub', call: 'call-1', forS: 60 },
    LONG: { call: 'call-2', forS: 60 },
    REST: { call: 'call-3', resting: true, forS: 60 },
    YOUNG: { call: 'call-4', forS: 5 },
  });
  expect(await freeLane(pool, 'yahoo', 10_000)).toBe(1);
  const { rows } = await pool.query('select symbol from wants where call_id is null');
  expect(rows).toEqual([{ symbol: 'LONG' }]);
});

test('a lane is rung for what waits in it, by the best rank of that', async () => {
  await wants({
    BUSY: { lane: 'finnhub', call: 'call-1' },
    CLAIMED: { call: 'call-2', rank: 1 },
    HIGH: { rank: 10 },
    LOW: { rank: 30 },
  });
  expect(await waitingLanes(pool)).toEqual([{ lane: 'yahoo', waiting: 2, rank: 10 }]);
});

test('refreshes are rung that never were, or not for long; not those just accepted, or behind one that runs', async () => {
  await refreshes({
    behind: { identity: 'same' },
    ended: { status: 'success' },
    just: { agoS: 0 },
    lately: { rungS: 5 },
    long: { rungS: 20 },
    never: { agoS: 30 },
    runs: { identity: 'same', status: 'in_progress' },
  });
  const rung = (await refreshesToRing(pool, 10_000)).map(({ id, rung: before }) => [id, before]);
  expect(rung).toEqual([
    ['long', true],
    ['never', false],
  ]);
});

test('calculations are rung whose fetching has been over for long', async () => {
  await refreshes({
    due: { status: 'in_progress', calculates: true },
    ended: { status: 'success', calculates: true },
    fetching: { status: 'in_progress', calculates: true, open: 1 },
    fetches: { status: 'in_progress' },
    just: { status: 'in_progress', calculates: true, agoS: 5 },
  });
  expect((await refreshesToFollow(pool, 10_000)).map(({ id }) => id)).toEqual(['due']);
});

test('of deliveries those that are due are rung, and none that is over', async () => {
  await pool.query(`insert into users (id, name) values ('usr_1', 'One') on conflict do nothing`);
  await pool.query(
    `insert into webhook_endpoints (id, user_id, url, events, secret) values ('whk_1', 'usr_1', 'https://a.example', '{data.anomaly}', 's')`,
  );
  await pool.query(
    `insert into webhook_deliveries (id, endpoint_id, event, message_id, payload, state, next_attempt_at)
     select id, 'whk_1', 'data.anomaly', id, '{}', state, now() + make_interval(secs => in_s)
     from (values ('due', 'pending', -1), ('later', 'pending', 60), ('taken', 'delivered', -1), ('failed', 'failed', -1)) as t(id, state, in_s)`,
  );
  expect(await waitingDeliveries(pool)).toEqual(['due']);
});

test('what a passed deadline ends says who was asked for it and what is served instead; what was settled stays, and others’ too', async () => {
  await refreshes({ other: { status: 'in_progress', open: 1 }, late: { status: 'in_progress', open: 2 } });
  await pool.query(
    `update refreshes set total = 3, done = 1, prices = 1, deadline_at = now() - interval '1 second' where id = 'late'`,
  );
  await pool.query(
    `insert into refresh_items (refresh_id, subject, data, state) values ('late', 'AAPL', 'quote', 'waiting'), ('late', 'AAPL', 'bars', 'waiting'),
       ('late', 'KO', 'quote', 'updated'), ('other', 'AAPL', 'quote', 'waiting')`,
  );
  await wants({ AAPL: {}, MSFT: {} });
  await pool.query(
    `update wants set tried = jsonb_build_array(jsonb_build_object('provider', 'asked for ' || symbol))`,
  );
  await pool.query(
    `insert into latest_quotes (symbol, price, currency, source, quote_time, fetched_at)
     select symbol, 1, 'USD', 'of ' || symbol, now(), now() from unnest('{AAPL,MSFT}'::text[]) symbol`,
  );
  expect((await endOverdue(pool)).ended).toMatchObject([{ refreshId: 'late' }]);
  const { rows } = await pool.query(
    `select refresh_id as of, subject, data, state, chain -> 0 ->> 'provider' as chain, served ->> 'source' as served
     from refresh_items order by refresh_id, subject, data`,
  );
  const none = { chain: null, served: null };
  expect(rows).toEqual([
    { ...none, of: 'late', subject: 'AAPL', data: 'bars', state: 'failed' },
    { of: 'late', subject: 'AAPL', data: 'quote', state: 'failed', chain: 'asked for AAPL', served: 'of AAPL' },
    { ...none, of: 'late', subject: 'KO', data: 'quote', state: 'updated' },
    { ...none, of: 'other', subject: 'AAPL', data: 'quote', state: 'waiting' },
  ]);
  const counts = await pool.query('select id, status, open, done, failed, skipped from refreshes order by id');
  expect(counts.rows).toEqual([
    { id: 'late', status: 'timed_out', open: 0, done: 3, failed: 2, skipped: {} },
    { id: 'other', status: 'in_progress', open: 1, done: 0, failed: 0, skipped: {} },
  ]);
});
