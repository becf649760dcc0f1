import type { RefreshRecord } from '@freshet/contracts';
import { type EventToWrite, progressOf, writeEvents } from './announce.ts';
import { recordAnomalies, type Resolution, resolveAnomalies } from './anomalies-write.ts';
import { storeBars } from './bars-write.ts';
import { endRows, nameOf, writeCallbacks } from './end.ts';
import { answeredAt, moveWants } from './move-wants.ts';
import { type AtEnd, type Client, type Pool, withTx } from './pool.ts';
import { type StoredQuotes, storeQuotes } from './quotes-write.ts';
import { type ItemEnd, type Settled, settleItems } from './settle-items.ts';
import { noteOfAssets } from './set-aside.ts';
import type { CalledEnd, WantEnd } from './want-end.ts';

/** An end whose want is locked. */
type LockedEnd = CalledEnd & {
  /** There is something to mend: the asset isn't active, has failed checks lately, or has open anomalies. */
  troubled: boolean;
};

export interface Landed {
  /** With the record itself of one that simply ended: who polls it needn't read it. */
  changed: { refreshId: string; seq: number; record?: RefreshRecord }[];
  ended: { refreshId: string; requestId: string | null }[];
  /** Refreshes whose last item was fetched, and how much there is to calculate. */
  follow: { refreshId: string; rank: number; calculations: number; traceparent: string | null }[];
  next: { id: string; rank: number; traceparent: string | null }[];
  passedOn: Record<string, number>;
  fencedOut: number;
}

export interface CallLanding {
  callId: string;
  provider: string;
  calls: number;
  receivedAt: Date;
  ends: WantEnd[];
}

/** Lands a call: everything that follows from its answer, in one transaction, for exactly those wants that it still holds. */
export async function landCall(pool: Pool, landing: CallLanding): Promise<Landed> {
  try {
    return await landCalls(pool, [landing]);
  } catch (error) {
    if (!(error instanceof NotAllHeld || isDuplicate(error))) throw error;
  }
  const calls = together([landing]);
  return withTx(pool, async (client, atEnd) => {
    const mine = await lockWants(client, calls);
    const fencedOut = landing.ends.length - mine.length;
    if (mine.length === 0) return { ...nothingLanded(), fencedOut };
    const written = await write(client, mine);
    return { ...(await settleAndConclude(client, mine, written, calls, atEnd)), fencedOut };
  });
}

/**
 * Lands several calls of one provider in one transaction: all of it, or nothing. Nearly always they hold all of it still: it is
 * written along with the lock, and undone when they don't.
 *
 * @throws NotAllHeld
 */
export function landCalls(pool: Pool, landings: CallLanding[]): Promise<Landed> {
  const calls = together(landings);
  return withTx(pool, async (client, atEnd) => {
    const [mine, written] = await Promise.all([lockWants(client, calls), write(client, calls.ends)]);
    if (mine.length < calls.ends.length) throw new NotAllHeld();
    return settleAndConclude(client, mine, written, calls, atEnd);
  });
}

interface CallsTogether {
  ids: string[];
  provider: string;
  made: number[];
  ends: CalledEnd[];
}

function together(landings: CallLanding[]): CallsTogether {
  return {
    ids: landings.map(({ callId }) => callId),
    provider: landings[0]?.provider ?? '',
    made: landings.map(({ calls }) => calls),
    ends: landings.flatMap(({ ends, receivedAt }, i) => ends.map((end) => ({ ...end, call: i + 1, receivedAt }))),
  };
}

class NotAllHeld extends Error {}

/** Somebody whose claim is gone wrote the same first, and is about to undo it or has done so. */
const isDuplicate = (error: unknown) => (error as { code?: string }).code === UNIQUE_VIOLATION;
const UNIQUE_VIOLATION = '23505';

interface Written {
  stored: StoredQuotes;
  /** The lane of each want that waits again. */
  waitAgain: string[];
}

/** None of these waits for another's answer: they go out together. */
async function write(client: Client, ends: CalledEnd[]): Promise<Written> {
  const [stored, , waitAgain] = await Promise.all([
    storeQuotes(
      client,
      ends.flatMap((end) => (end.quote ? [end.quote] : [])),
    ),
    storeBars(
      client,
      ends.flatMap((end) => end.series ?? []),
    ),
    moveWants(client, ends),
  ]);
  return { stored, waitAgain };
}

async function settleAndConclude(
  client: Client,
  mine: LockedEnd[],
  { stored, waitAgain }: Written,
  { provider, made }: CallsTogether,
  atEnd: AtEnd,
): Promise<Landed> {
  // Before the rows of the refreshes are locked: other landings of the same symbols have theirs locked already when they come to that.
  await Promise.all([noteAnomalies(client, mine), noteOfAssets(client, mine)]);
  const settled = await settleItems(client, itemEnds(mine, stored.symbols), {
    provider,
    made,
    // Those whose items are settled are found by that; the rest (passed on, released) used the call as well.
    touched: mine.filter((end) => !end.item).map(({ symbol, data, call }) => ({ subject: symbol, data, call })),
  });
  const landed = await conclude(client, settled, atEnd, [stored.event]);
  const moved = mine.flatMap(({ want }) => (want.do === 'move' ? [want.lane] : []));
  for (const lane of [...moved, ...waitAgain]) landed.passedOn[lane] = (landed.passedOn[lane] ?? 0) + 1;
  return landed;
}

/**
 * What follows from settled items: refreshes without open items end, or ring their calculations. Every landing of a refresh
 * waits for the lock on its row: what is said of it goes out with the commit, together with the `events` that came before.
 */
export async function conclude(
  client: Client,
  settled: Settled,
  atEnd: AtEnd,
  events: EventToWrite[] = [],
): Promise<Landed> {
  const landed = nothingLanded();
  const over = settled.running.filter((record) => record.open === 0 && !record.calculates);
  const running = settled.running.filter((record) => !over.includes(record));
  const others = await endRows(
    client,
    over.map((record) => record.id),
  );
  const ended = [...settled.ended, ...others];
  const told = [...running, ...ended.map(({ record }) => record)];
  atEnd(writeEvents(client, [...events, ...progressOf(told)]));
  atEnd(writeCallbacks(client, ended));
  landed.follow = running
    .filter((record) => record.open === 0 && record.calculates)
    .map(({ id, rank, total, fetches, traceparent }) => ({
      refreshId: id,
      rank,
      calculations: total - fetches,
      traceparent,
    }));
  landed.ended = ended.map(nameOf);
  landed.next = ended.flatMap(({ next }) => (next ? [next] : []));
  landed.changed = told.map((record) => {
    const { id, seq, status } = record;
    return { refreshId: id, seq, ...(status === 'success' && { record }) };
  });
  return landed;
}

export const nothingLanded = (): Landed => ({
  changed: [],
  ended: [],
  follow: [],
  next: [],
  passedOn: {},
  fencedOut: 0,
});

/** Locked in one order everywhere, so that landings and plans queue up instead of deadlocking. */
async function lockWants(client: Client, { ids, ends }: CallsTogether): Promise<LockedEnd[]> {
  const { rows } = await client.query<{ symbol: string; data: string; fence: number; troubled: boolean }>({
    name: 'lock-wants',
    text: `select w.symbol, w.data, w.fence,
             coalesce(a.status <> 'active' or coalesce(a.quality, 0) < 1, true)
               or exists (select from anomalies n where n.symbol = w.symbol and n.resolved_at is null) as troubled
           from wants w left join assets a on a.symbol = w.symbol
           where w.call_id = any($1) order by w.symbol, w.data for update of w`,
    values: [ids],
  });
  const locked = new Map(rows.map((row) => [`${row.data} ${row.symbol}`, row]));
  return ends.flatMap((end) => {
    const want = locked.get(`${end.data} ${end.symbol}`);
    return want?.fence === end.fence ? [{ ...end, troubled: want.troubled }] : [];
  });
}

/** First those that came to an end, so that what is wrong again is a new one. */
async function noteAnomalies(client: Client, ends: LockedEnd[]): Promise<void> {
  await resolveAnomalies(client, ends.filter(({ troubled }) => troubled).flatMap(resolutionsOf));
  await recordAnomalies(
    client,
    ends.flatMap((end) => end.doubts ?? []),
  );
}

/** A second opinion decides; else whatever came and passed ends what was open before it. */
function resolutionsOf({ symbol, data, quote, series, doubts = [], opinion }: WantEnd): Resolution[] {
  const except = doubts.map(({ check }) => check);
  if (opinion) return [{ symbol, of: data === 'bars' ? 'bars' : 'quotes', ...opinion, except }];
  const detail = 'what came later passed';
  if (quote?.quality === 'good') return [{ symbol, of: 'quotes', state: null, detail, except }];
  return series ? [{ symbol, of: 'bars', state: null, detail, except }] : [];
}

function itemEnds(ends: CalledEnd[], stored: Set<string>): ItemEnd[] {
  return ends.flatMap((end) => {
    const { symbol, data, item, quote, call } = end;
    if (!item) return [];
    const ended = { ...item, subject: symbol, data, call, answeredAt: answeredAt(end) };
    // A newer price is stored already, from another provider: nothing new, nothing wrong.
    return [quote && !stored.has(symbol) ? { ...ended, state: 'skipped', reason: 'fresh' } : ended];
  });
}
