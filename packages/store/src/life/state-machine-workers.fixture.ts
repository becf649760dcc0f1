import { quoteToStore } from '@freshet/testing';
import type { ClaimedRow } from '../call/claim.ts';
import { commitPlan, type PlannedItem } from '../plan/commit-plan.ts';
import type { Landed } from '../call/conclude.ts';
import { calculationsOf, RefreshIsOver, refreshToCalculate, settleCalculated, takeSlice } from '../follow/follow.ts';
import { landCall } from '../call/land.ts';
import { type Pool, withTx } from '../database/pool.ts';
import { loadRefresh } from '../refreshes/refresh-read.ts';
import { lendRank, standBehind } from '../plan/stand-behind.ts';
import { LANES, PORTFOLIOS, type Step } from './state-machine-steps.fixture.ts';
import type { WantEnd } from '../call/want-end.ts';

/** What the processes of one story hold in their memory. */
export interface Story {
  pool: Pool;
  refreshes: string[];
  /** Answers on their way, also those of calls that were taken for dead. */
  answers: { callId: string; claims: ClaimedRow[] }[];
  /**
   * Those whose plan left them to whoever ends the refresh that they stand behind, and those that somebody who ended
   * one rang.
   */
  asleep: Set<string>;
  rung: Set<string>;
}

/** Somebody was told whose turn it is now. */
export function ring({ rung }: Story, landed: Pick<Landed, 'next'> | null | undefined): void {
  for (const { id } of landed?.next ?? []) rung.add(id);
}

/** A refresh is planned by a worker: it stands behind an equal one that runs, or its items and wants are written. */
export async function plan(story: Story, id: string, how: Extract<Step, { do: 'plan' }>): Promise<void> {
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

/** An answer comes: what becomes of each of its claims is said by `outcomes`, in turn. */
export async function land(
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

const quote = (symbol: string, at: Date) => quoteToStore(symbol, '10.5', { source: LANES[0], fetchedAt: at });

/** A slice of one portfolio, as a worker takes it: what somebody else has in hand is left to them. */
export async function calculate(
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
