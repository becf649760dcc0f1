import { isFinal, progressOf } from '@freshet/contracts';
import type { RefreshRecord } from '@freshet/contracts';
import { testDatabase } from '@freshet/testing';
import fc from 'fast-check';
import { type Accepted, acceptUnlimited, type RefreshToAccept } from './accept.ts';
import { cancelRefresh } from './cancel.ts';
import { type ClaimedRow, claimWants } from './claim.ts';
import { commitPlan, type PlannedItem } from './commit-plan.ts';
import { dropOrphanWants } from './drop-wants.ts';
import {
  calculationsOf,
  failCalculations,
  RefreshIsOver,
  refreshToCalculate,
  settleCalculated,
  takeSlice,
} from './follow.ts';
import { newId } from './ids.ts';
import { landCall, type WantEnd } from './land.ts';
import { clearLane } from './lane-clearing.ts';
import { createPool, type Pool, withTx } from './pool.ts';
import { REFRESH_COLUMNS } from './refresh-columns.ts';
import { loadRefresh } from './refresh-read.ts';
import { standBehind } from './stand-behind.ts';
import { endOverdue, freeClaims } from './sweep.ts';

/**
 * The record under whatever order api, workers, sweeper, cancels and deadlines come in: one story is a list of steps, each
 * a transaction of somebody, and after each of them the record must still be true to itself.
 */
const SYMBOLS = ['AAPL', 'KO', 'MSFT', 'NVDA', 'PEP', 'XOM'];
const LANES = ['yahoo', 'finnhub'] as const;
const PORTFOLIOS = ['pf_1', 'pf_2'];

let pool: Pool;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await testDatabase();
  pool = createPool({ url: database.url, durable: false });
  drop = () => database.drop();
});
afterAll(async () => {
  await pool.end();
  await drop();
});

const any = fc.nat({ max: 1_000 });
const someSymbols = fc.uniqueArray(fc.constantFrom(...SYMBOLS), { maxLength: 5 });
const outcome = fc.constantFrom(
  'landed',
  'landed',
  'landed',
  'failed',
  'skipped',
  'moved',
  'released',
  'rested',
  'kept',
);

/** Steps name what they are about by a number that is taken modulo what there is. */
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('accept' as const), who: any, what: fc.nat({ max: 2 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('plan' as const),
      refresh: any,
      wants: someSymbols,
      fresh: someSymbols,
      portfolios: fc.nat({ max: 2 }),
      lane: fc.nat({ max: 1 }),
      contentS: fc.constantFrom(0, 0, 60),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constant('claim' as const),
      call: fc.nat({ max: 3 }),
      lane: fc.nat({ max: 1 }),
      limit: fc.integer({ min: 1, max: 4 }),
      byAge: fc.boolean(),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('land' as const),
      answer: any,
      outcomes: fc.array(outcome, { minLength: 4, maxLength: 4 }),
      /** The same answer is landed a second time: its job ran twice. */
      twice: fc.boolean(),
      /** So long before now the answer came: others may have asked since. */
      agoMs: fc.constantFrom(0, 0, 5, 1_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('kill' as const), call: fc.nat({ max: 3 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('cancel' as const), refresh: any, who: any, admin: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('deadline' as const), refresh: any }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('park' as const), lane: fc.nat({ max: 1 }), elsewhere: fc.boolean() }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('calculate' as const),
      refresh: any,
      slice: fc.nat({ max: 1 }),
      ends: fc.constantFrom('updated' as const, 'updated' as const, 'failed' as const, 'skipped' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('give up' as const), refresh: any }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Two steps at the same time, on two connections: whoever is first, what comes out must be true. */
const turn = fc.oneof({ weight: 4, arbitrary: fc.tuple(step) }, { weight: 1, arbitrary: fc.tuple(step, step) });

/** Callers: three people, and a schedule, which has neither key nor user. */
const CALLERS = [
  { keyId: 'key_a', userId: 'usr_a', rank: 20, source: 'manual' },
  { keyId: 'key_b', userId: 'usr_b', rank: 20, source: 'manual' },
  { keyId: 'key_c', userId: 'usr_c', rank: 10, source: 'manual' },
  { keyId: null, userId: null, rank: 30, source: 'schedule' },
] as const;

/** What the processes of one story hold in their memory. */
interface Story {
  refreshes: string[];
  /** Answers on their way, also those of calls that were taken for dead. */
  answers: { callId: string; claims: ClaimedRow[] }[];
}

type Row = RefreshRecord & {
  items: number;
  settled: number;
  waiting: number;
  failedItems: number;
  updatedQuotes: number;
  updatedPortfolios: number;
  skips: Record<string, number>;
  finalEvents: number;
  lost: number;
  outranked: number;
};

async function look(): Promise<Map<string, Row>> {
  const { rows } = await pool.query<Row>(
    `with i as (
       select refresh_id, count(*)::int as items, (count(*) filter (where state <> 'waiting'))::int as settled,
         (count(*) filter (where state = 'waiting' and data = 'quote'))::int as waiting,
         (count(*) filter (where state = 'failed'))::int as failed,
         (count(*) filter (where state = 'updated' and data = 'quote'))::int as quotes,
         (count(*) filter (where state = 'updated' and data = 'portfolio'))::int as portfolios
       from refresh_items group by 1
     ), s as (
       select refresh_id, jsonb_object_agg(reason, n) as skips
       from (select refresh_id, reason, count(*) as n from refresh_items where state = 'skipped' group by 1, 2) x group by 1
     ), l as (
       select i.refresh_id, (count(*) filter (where w.symbol is null or w.resting or w.fresh_after < i.fresh_after))::int as lost,
         (count(*) filter (where w.rank > r.rank))::int as outranked
       from refresh_items i join refreshes r on r.id = i.refresh_id
       left join wants w on w.symbol = i.subject and w.data = i.data
       where i.state = 'waiting' and i.data = 'quote' group by 1
     ), e as (
       select refresh_id, (count(*) filter (where items -> 0 ->> 'status' not in ('queued', 'in_progress')))::int as n
       from events where refresh_id is not null group by 1
     )
     select ${REFRESH_COLUMNS}, coalesce(i.items, 0) as items, coalesce(i.settled, 0) as settled,
       coalesce(i.waiting, 0) as waiting, coalesce(i.failed, 0) as "failedItems", coalesce(i.quotes, 0) as "updatedQuotes",
       coalesce(i.portfolios, 0) as "updatedPortfolios", coalesce(s.skips, '{}') as skips, coalesce(e.n, 0) as "finalEvents",
       coalesce(l.lost, 0) as lost, coalesce(l.outranked, 0) as outranked
     from refreshes r left join i on i.refresh_id = r.id left join s on s.refresh_id = r.id
       left join l on l.refresh_id = r.id left join e on e.refresh_id = r.id`,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

const ORDER = { queued: 0, in_progress: 1 } as Record<string, number>;

/** What must be true at every moment. */
function holds(now: Map<string, Row>, before: Map<string, Row>): void {
  for (const row of now.values()) {
    const { id, status, total, done, open, failed, prices, portfolios, skipped } = row;
    expect({ id, total, done, open, failed, prices, portfolios, skipped }).toEqual({
      id,
      total: row.items,
      done: row.settled,
      open: row.waiting,
      failed: row.failedItems,
      prices: row.updatedQuotes,
      portfolios: row.updatedPortfolios,
      skipped: row.skips,
    });
    // No item waits for nothing, and nobody waits behind a want of a lower class.
    expect({ id, lost: row.lost, outranked: row.outranked }).toEqual({ id, lost: 0, outranked: 0 });
    expect({ id, status, ends: row.finalEvents }).toEqual({ id, status, ends: isFinal(status) ? 1 : 0 });
    if (isFinal(status)) expect({ id, done }).toEqual({ id, done: total });
    const earlier = before.get(id);
    if (!earlier) continue;
    if (isFinal(earlier.status)) expect({ id, status }).toEqual({ id, status: earlier.status });
    else expect(ORDER[status] ?? 2).toBeGreaterThanOrEqual(ORDER[earlier.status] ?? 2);
    expect(progressOf(row)).toBeGreaterThanOrEqual(progressOf(earlier));
    expect(row.seq).toBeGreaterThanOrEqual(earlier.seq);
    expect(row.rank).toBeLessThanOrEqual(earlier.rank);
    if (earlier.status !== 'queued') expect(total).toBe(earlier.total);
  }
  for (const status of ['queued', 'in_progress']) {
    const alive = [...now.values()].filter((row) => row.status === status).map(({ identity }) => identity);
    expect(new Set(alive).size).toBe(alive.length);
  }
}

async function take(each: Step, story: Story): Promise<void> {
  const refresh = 'refresh' in each ? story.refreshes[each.refresh % Math.max(1, story.refreshes.length)] : undefined;
  switch (each.do) {
    case 'accept':
      return accept(each.what, CALLERS[each.who % CALLERS.length] as (typeof CALLERS)[number], story);
    case 'plan':
      return refresh ? plan(refresh, each) : undefined;
    case 'claim': {
      const [callId, lane] = [`call-${each.call}`, LANES[each.lane] as string];
      const claims = await claimWants(pool, lane, callId, { data: 'quote', limit: each.limit, byAge: each.byAge });
      if (claims.length > 0) story.answers.push({ callId, claims });
      return;
    }
    case 'land': {
      const answer = story.answers[each.answer % Math.max(1, story.answers.length)];
      if (!answer) return;
      const receivedAt = new Date(Date.now() - each.agoMs);
      for (let i = 0; i < (each.twice ? 2 : 1); i++) await land(answer, each.outcomes, receivedAt);
      return;
    }
    case 'kill':
      // What it had asked for may still come back, late.
      return void (await freeClaims(pool, [`call-${each.call}`]));
    case 'cancel': {
      const who = CALLERS[each.who % 3] as (typeof CALLERS)[0];
      if (refresh) await cancelRefresh(pool, refresh, { keyId: who.keyId, userId: who.userId, everyone: each.admin });
      return;
    }
    case 'deadline':
      await pool.query(`update refreshes set deadline_at = clock_timestamp() - interval '1 second' where id = $1`, [
        refresh,
      ]);
      return void (await endOverdue(pool));
    case 'sweep':
      await pool.query(`update wants set since = since - interval '1 minute'`);
      return void (await dropOrphanWants(pool));
    case 'park': {
      const lane = LANES[each.lane] as string;
      const other = LANES[1 - each.lane] as string;
      const why = { provider: lane, reason: 'quota_spent', detail: 'the day is spent' };
      await clearLane(pool, lane, { until: new Date(Date.now() + 3_600_000), why }, ({ tried }) =>
        each.elsewhere && !tried.some(({ provider }) => provider === other) ? { lane: other } : 'nobody',
      );
      return;
    }
    case 'calculate':
      return refresh ? calculate(refresh, each.slice, each.ends) : undefined;
    case 'give up':
      return refresh ? void (await failCalculations(pool, refresh, 'it could not be calculated')) : undefined;
  }
}

async function accept(what: number, who: (typeof CALLERS)[number], story: Story): Promise<void> {
  const identity = `same-${what}`;
  const row: RefreshToAccept = {
    ...{ id: newId('refresh'), identity, scope: identity, kind: 'symbols', mode: 'smart', target: {}, symbols: null },
    ...{ maxAgeS: null, role: 'user', deadlineS: 600, reason: null, requestId: null, remoteAddress: null },
    ...{ callbackEndpoint: null, traceparent: null, estimate: null },
    ...who,
  };
  const { rows: waiting } = await pool.query<{ id: string }>(
    `select id from refreshes where identity = $1 and status = 'queued'`,
    [identity],
  );
  const [accepted] = (await acceptUnlimited(pool, [row])) as [Exclude<Accepted, { outcome: 'limited' }>];
  if (accepted.outcome === 'accepted') story.refreshes.push(accepted.id);
  else expect(waiting.length === 0 || waiting[0]?.id === accepted.id).toBe(true);
}

async function plan(id: string, how: Extract<Step, { do: 'plan' }>): Promise<void> {
  const refresh = await loadRefresh(pool, id);
  if (refresh?.status !== 'queued') return;
  if (await standBehind(pool, { ...refresh, owner: refresh.userId ?? refresh.source })) return;
  const freshAfter = new Date(Date.now() - how.contentS * 1_000);
  const lane = LANES[how.lane] as string;
  const plain = { reason: null, detail: null, freshAfter: null, nextRefreshAt: null };
  const fresh = how.fresh.filter((symbol) => !how.wants.includes(symbol));
  const portfolios = PORTFOLIOS.slice(0, how.portfolios);
  const items: PlannedItem[] = [
    ...how.wants.map((subject) => ({ ...plain, subject, data: 'quote', state: 'waiting' as const, freshAfter })),
    ...fresh.map((subject) => ({ ...plain, subject, data: 'quote', state: 'skipped' as const, reason: 'fresh' })),
    ...portfolios.map((subject) => ({ ...plain, subject, data: 'portfolio', state: 'waiting' as const })),
  ];
  await commitPlan(pool, {
    refreshId: id,
    elapsedMs: 1,
    wants: how.wants.map((symbol) => ({ symbol, data: 'quote', class: 'equity', lane, freshAfter })),
    items,
    calculates: portfolios.length > 0,
    nextRefreshAt: null,
    newAssets: [],
  });
}

const failure = { detail: 'no', chain: [], source: null, nextRefreshAt: null };

async function land({ callId, claims }: Story['answers'][number], outcomes: string[], receivedAt: Date): Promise<void> {
  const ends = claims.flatMap(({ symbol, data, fence }, i): WantEnd[] => {
    const end = { symbol, data, fence };
    switch (outcomes[i % outcomes.length]) {
      case 'landed':
        return [
          {
            ...end,
            want: { do: 'delete' },
            item: { ...failure, state: 'updated', reason: null },
            quote: quote(symbol, receivedAt),
          },
        ];
      case 'failed':
        return [{ ...end, want: { do: 'delete' }, item: { ...failure, state: 'failed', reason: 'unknown_symbol' } }];
      case 'skipped':
        return [{ ...end, want: { do: 'delete' }, item: { ...failure, state: 'skipped', reason: 'quarantined' } }];
      case 'moved':
        return [
          { ...end, want: { do: 'move', lane: LANES[1], because: { provider: LANES[0], reason: 'unavailable' } } },
        ];
      case 'released':
        return [{ ...end, want: { do: 'release', batchCap: i % 2 === 0 ? 1 : null } }];
      case 'rested':
        return [{ ...end, want: { do: 'rest' }, item: { ...failure, state: 'failed', reason: 'unavailable' } }];
      default:
        return [];
    }
  });
  await landCall(pool, { callId, provider: LANES[0], calls: 1, receivedAt, ends });
}

function quote(symbol: string, at: Date): WantEnd['quote'] {
  return {
    ...{ symbol, price: '10.5', open: null, high: null, low: null, volume: null, previousClose: null, marketCap: null },
    ...{ currency: 'USD', source: LANES[0], quoteTime: at, fetchedAt: at, delayS: 0, quality: 'good' },
    ...{ refreshId: null, provenance: {} },
  };
}

/** A slice of one portfolio, as a worker takes it: what somebody else has in hand is left to them. */
async function calculate(id: string, slice: number, state: 'updated' | 'failed' | 'skipped'): Promise<void> {
  const due = (await refreshToCalculate(pool, id))?.due;
  const own = due ? (await calculationsOf(pool, id)).slice(slice, slice + 1) : [];
  try {
    await withTx(pool, async (client) => {
      const waiting = (await takeSlice(client, id, slice, own)) ?? [];
      if (waiting.length === 0) return;
      const reason = state === 'updated' ? undefined : state === 'failed' ? 'calculation' : 'no_data';
      await settleCalculated(
        client,
        id,
        waiting.map((item) => ({ ...item, state, reason })),
        3,
      );
    });
  } catch (error) {
    if (!(error instanceof RefreshIsOver)) throw error;
  }
}

/** Everybody goes on with their work, nobody dies any more: all of it must come to an end. */
async function settleDown(story: Story): Promise<void> {
  for (let round = 0; round < 12; round++) {
    await freeClaims(pool, ['call-0', 'call-1', 'call-2', 'call-3']);
    for (const id of story.refreshes) {
      await plan(id, { do: 'plan', refresh: 0, wants: SYMBOLS, fresh: [], portfolios: 1, lane: 0, contentS: 0 });
    }
    for (const lane of LANES) {
      const claims = await claimWants(pool, lane, 'call-last', { data: 'quote', limit: 50, byAge: false });
      await land({ callId: 'call-last', claims }, ['landed'], new Date());
    }
    for (const id of story.refreshes) {
      for (const slice of PORTFOLIOS.keys()) await calculate(id, slice, 'updated');
    }
    const { rows } = await pool.query(`select from refreshes where status in ('queued', 'in_progress')`);
    if (rows.length === 0) return;
  }
  throw new Error('it did not come to an end');
}

test('whatever comes in whatever order: each refresh ends, once, never goes back, and its counts add up', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(turn, { minLength: 1, maxLength: 90, size: 'max' }), async (turns) => {
      // Deleting a few rows takes a tenth of the time of truncating tables and their partitions.
      for (const table of ['refreshes', 'wants', 'events', 'latest_quotes']) await pool.query(`delete from ${table}`);
      const story: Story = { refreshes: [], answers: [] };
      let before = new Map<string, Row>();
      for (const steps of turns) {
        await Promise.all(steps.map((each) => take(each, story)));
        const now = await look();
        holds(now, before);
        before = now;
      }
      await settleDown(story);
      const end = await look();
      holds(end, before);
      expect([...end.values()].filter(({ status }) => !isFinal(status))).toEqual([]);
      await pool.query(`update wants set since = since - interval '1 minute'`);
      await dropOrphanWants(pool);
      // What is left rests until somebody retries it by hand.
      expect((await pool.query('select symbol from wants where not resting')).rows).toEqual([]);
    }),
    { numRuns: 20, interruptAfterTimeLimit: 20_000 },
  );
}, 60_000);
