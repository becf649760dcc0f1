import { type Accepted, acceptUnlimited, type RefreshToAccept } from './accept.ts';
import { cancelRefresh } from './cancel.ts';
import { type ClaimedRow, claimWants } from './claim.ts';
import type { Landed } from './conclude.ts';
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
import { landCall } from './land.ts';
import type { WantEnd } from './want-end.ts';
import { clearLane } from './lane-clearing.ts';
import { again, type Pool, withTx } from './pool.ts';
import { loadRefresh } from './refresh-read.ts';
import { lendRank, standBehind } from './stand-behind.ts';
import { endOverdue, freeClaims, markRung } from './sweep.ts';
import { LANES, PORTFOLIOS, type Step, SYMBOLS } from './state-machine-steps.fixture.ts';
import { look, wakes } from './state-machine-truths.fixture.ts';
import { createEndpoint, deleteEndpoint, listEndpoints } from './webhook-endpoints.ts';

/** Callers: three people, and a schedule, which has neither key nor user. */
const CALLERS = [
  { keyId: 'key_a', userId: 'usr_a', rank: 20, source: 'manual' },
  { keyId: 'key_b', userId: 'usr_b', rank: 20, source: 'manual' },
  { keyId: 'key_c', userId: 'usr_c', rank: 10, source: 'manual' },
  { keyId: null, userId: null, rank: 30, source: 'schedule' },
] as const;

/** What the processes of one story hold in their memory. */
export interface Story {
  pool: Pool;
  refreshes: string[];
  /** Answers on their way, also those of calls that were taken for dead. */
  answers: { callId: string; claims: ClaimedRow[] }[];
  /** Those whose plan left them to whoever ends the refresh that they stand behind, and those that somebody who ended one rang. */
  asleep: Set<string>;
  rung: Set<string>;
}

function ring({ rung }: Story, landed: Pick<Landed, 'next'> | null | undefined): void {
  for (const { id } of landed?.next ?? []) rung.add(id);
}

/** Takes a step, in whichever process it happens. */
export async function take(each: Step, story: Story): Promise<void> {
  const { pool } = story;
  const refresh = 'refresh' in each ? story.refreshes[each.refresh % Math.max(1, story.refreshes.length)] : undefined;
  switch (each.do) {
    case 'accept':
      return accept(each.what, CALLERS[each.who % CALLERS.length] as (typeof CALLERS)[number], story);
    case 'plan':
      return refresh ? plan(story, refresh, each) : undefined;
    case 'claim': {
      const [callId, lane] = [`call-${each.call}`, LANES[each.lane] as string];
      const ask = { data: 'quote', limit: each.limit, byAge: each.byAge };
      const claims = await again(() => claimWants(pool, lane, callId, ask));
      if (claims.length > 0) story.answers.push({ callId, claims });
      return;
    }
    case 'land': {
      const answer = story.answers[each.answer % Math.max(1, story.answers.length)];
      if (!answer) return;
      const receivedAt = new Date(Date.now() - each.agoMs);
      for (let i = 0; i < (each.twice ? 2 : 1); i++) await land(story, answer, each.outcomes, receivedAt);
      return;
    }
    case 'kill':
      // What it had asked for may still come back, late.
      return void (await freeClaims(pool, [`call-${each.call}`]));
    case 'cancel': {
      const who = CALLERS[each.who % 3] as (typeof CALLERS)[0];
      const by = { userId: who.userId, everyone: each.admin };
      return refresh ? ring(story, await cancelRefresh(pool, refresh, by)) : undefined;
    }
    case 'deadline':
      await withTx(pool, (client) =>
        client.query(`update refreshes set deadline_at = clock_timestamp() - interval '1 second' where id = $1`, [
          refresh,
        ]),
      );
      return ring(story, await endOverdue(pool));
    case 'sweep':
      // Time passes; as a transaction that is tried again, since its locks meet those of real steps in any order.
      await withTx(pool, (client) => client.query(`update wants set since = since - interval '1 minute'`));
      return void (await dropOrphanWants(pool));
    case 'park': {
      const lane = LANES[each.lane] as string;
      const other = LANES[1 - each.lane] as string;
      const why = { provider: lane, reason: 'quota_spent', detail: 'the day is spent' };
      const cleared = await clearLane(pool, lane, { until: new Date(Date.now() + 3_600_000), why }, ({ tried }) =>
        each.elsewhere && !tried.some(({ provider }) => provider === other) ? { lane: other } : { nobody: [] },
      );
      return ring(story, cleared);
    }
    case 'calculate':
      return refresh ? calculate(story, refresh, each.slice, each.ends) : undefined;
    case 'give up':
      return refresh ? ring(story, await failCalculations(pool, refresh, 'it could not be calculated')) : undefined;
    case 'ring':
      return markRung(pool, story.refreshes);
    case 'endpoint':
      return changeEndpoints(pool, CALLERS[each.who % 3]?.userId as string);
  }
}

/** Whoever has an endpoint deletes it, whoever has none makes one. */
async function changeEndpoints(pool: Pool, userId: string): Promise<void> {
  const [there] = await listEndpoints(pool, { userId, limit: 1 });
  const actor = { keyId: 'key_a', userId, role: 'user', requestId: '', remoteAddress: '' };
  const events = ['refresh.completed', 'refresh.cancelled'];
  if (there) await deleteEndpoint(pool, there.id, '*', actor);
  else await createEndpoint(pool, { userId, url: 'https://a.example', events, secret: 's' }, actor);
}

async function accept(what: number, who: (typeof CALLERS)[number], { pool, refreshes }: Story): Promise<void> {
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
  const [accepted] = (await again(() => acceptUnlimited(pool, [row]))) as [Exclude<Accepted, { outcome: 'limited' }>];
  if (accepted.outcome === 'accepted') refreshes.push(accepted.id);
  else expect(waiting.length === 0 || waiting[0]?.id === accepted.id).toBe(true);
}

async function plan(story: Story, id: string, how: Extract<Step, { do: 'plan' }>): Promise<void> {
  const { pool } = story;
  const refresh = await loadRefresh(pool, id);
  if (refresh?.status !== 'queued') return;
  const running = await standBehind(pool, refresh.id);
  if (running) {
    story.asleep.add(id);
    return void (await lendRank(pool, running));
  }
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
  const planned = await commitPlan(pool, {
    refreshId: id,
    elapsedMs: 1,
    wants: how.wants.map((symbol) => ({ symbol, data: 'quote', class: 'equity', lane, freshAfter })),
    items,
    calculates: portfolios.length > 0,
    nextRefreshAt: null,
    newAssets: [],
  });
  ring(story, planned);
}

const failure = { detail: 'no', chain: [], source: null, nextRefreshAt: null };

async function land(
  story: Story,
  { callId, claims }: Story['answers'][number],
  outcomes: string[],
  receivedAt: Date,
): Promise<void> {
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
  const landed = await landCall(
    story.pool,
    { callId, provider: LANES[0], calls: 1, receivedAt, ends },
    new Set(ends.map((end) => end.symbol)),
  );
  ring(story, landed);
}

function quote(symbol: string, at: Date): WantEnd['quote'] {
  return {
    ...{ symbol, price: '10.5', open: null, high: null, low: null, volume: null, previousClose: null, marketCap: null },
    ...{ currency: 'USD', source: LANES[0], quoteTime: at, fetchedAt: at, delayS: 0, quality: 'good' },
    ...{ refreshId: null, provenance: {} },
  };
}

/** A slice of one portfolio, as a worker takes it: what somebody else has in hand is left to them. */
async function calculate(
  story: Story,
  id: string,
  slice: number,
  state: 'updated' | 'failed' | 'skipped',
): Promise<void> {
  const { pool } = story;
  const due = (await refreshToCalculate(pool, id))?.due;
  const own = due ? (await calculationsOf(pool, id)).slice(slice, slice + 1) : [];
  try {
    const landed = await withTx(pool, async (client) => {
      const waiting = (await takeSlice(client, id, slice, own)) ?? [];
      if (waiting.length === 0) return null;
      const reason = state === 'updated' ? undefined : state === 'failed' ? 'calculation' : 'no_data';
      return settleCalculated(
        client,
        id,
        waiting.map((item) => ({ ...item, state, reason })),
        3,
      );
    });
    ring(story, landed);
  } catch (error) {
    if (!(error instanceof RefreshIsOver)) throw error;
  }
}

/** Everybody goes on with their work, nobody dies any more: all of it must come to an end. */
export async function settleDown(story: Story): Promise<void> {
  const { pool, refreshes } = story;
  for (let round = 0; round < 12; round++) {
    await freeClaims(pool, ['call-0', 'call-1', 'call-2', 'call-3']);
    for (const id of refreshes) {
      await plan(story, id, { do: 'plan', refresh: 0, wants: SYMBOLS, fresh: [], portfolios: 1, lane: 0, contentS: 0 });
    }
    for (const lane of LANES) {
      const claims = await claimWants(pool, lane, 'call-last', { data: 'quote', limit: 50, byAge: false });
      await land(story, { callId: 'call-last', claims }, ['landed'], new Date());
    }
    for (const id of refreshes) {
      for (const slice of PORTFOLIOS.keys()) await calculate(story, id, slice, 'updated');
    }
    wakes(await look(pool), story);
    const { rows } = await pool.query(`select from refreshes where status in ('queued', 'in_progress')`);
    if (rows.length === 0) return;
  }
  throw new Error('it did not come to an end');
}
