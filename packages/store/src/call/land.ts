import type { EventToWrite } from '../events/announce.ts';
import { recordAnomalies, type Resolution, resolveAnomalies } from '../prices/anomalies-write.ts';
import { storeBars } from '../prices/bars-write.ts';
import { conclude, type Landed, nothingLanded, passOn } from './conclude.ts';
import { type LockedEnd, lockWants, type Calm } from './lock-wants.ts';
import { answeredAt, moveWants, type WaitingAgain } from './move-wants.ts';
import { type AtEnd, type Client, type Pool, withTx } from '../database/pool.ts';
import { noteStale } from './note-stale.ts';
import { noteSplitsTold } from './note-splits-told.ts';
import { type StoredQuotes, storeQuotes } from '../prices/quotes-write.ts';
import { type ItemEnd, type Settled, settleItems } from './settle-items.ts';
import { noteAssets } from './note-assets.ts';
import type { CalledEnd, WantEnd } from './want-end.ts';

export interface CallLanding {
  callId: string;
  provider: string;
  calls: number;
  receivedAt: Date;
  ends: WantEnd[];
}

/**
 * Lands a call: everything that follows from its answer, in one transaction, for exactly those wants that it still
 * holds.
 */
export async function landCall(pool: Pool, landing: CallLanding, calm: Calm = new Set<string>()): Promise<Landed> {
  try {
    return await landCalls(pool, [landing], calm);
  } catch (error) {
    if (!(error instanceof NotAsExpected || isDuplicate(error))) throw error;
  }
  const calls = together([landing]);
  return withTx(pool, async (client, atEnd) => {
    const mine = await lockWants(client, calls, calm);
    const fencedOut = landing.ends.length - mine.length;
    if (mine.length === 0) return { ...nothingLanded(), fencedOut };
    const written = await write(client, mine);
    return { ...(await settleAndConclude(client, mine, written, calls, atEnd)), fencedOut };
  });
}

/**
 * Lands several calls of one provider in one transaction: all of it, or nothing. Nearly always the calls still hold all
 * their wants, so everything is written along with the lock, and rolled back if they don't. If the answers are nothing
 * but good prices of symbols that were in order the last time, the items are settled along with it too.
 *
 * @throws NotAsExpected
 */
export function landCalls(pool: Pool, landings: CallLanding[], calm: Calm): Promise<Landed> {
  const calls = together(landings);
  const plain = calls.ends.every((end) => isPlain(end) && calm.has(end.symbol));
  return withTx(pool, async (client, atEnd) => {
    const [mine, written, settled] = await Promise.all([
      lockWants(client, calls, calm),
      write(client, calls.ends),
      plain ? settle(client, calls.ends, new Set(calls.ends.map(({ symbol }) => symbol)), calls) : null,
    ]);
    if (mine.length < calls.ends.length) throw new NotAsExpected();
    if (!settled) return settleAndConclude(client, mine, written, calls, atEnd);
    if (mine.some((end) => end.troubled) || written.stored.symbols.size < mine.length) throw new NotAsExpected();
    return concludeCalls(client, { mine, written, settled }, atEnd);
  });
}

/** A good price and nothing else: all that follows from it is known before it is stored. */
const isPlain = ({ quote, item, want, doubts = [], ...end }: CalledEnd): boolean =>
  quote?.quality === 'good' &&
  item?.state === 'updated' &&
  want.do === 'delete' &&
  doubts.length === 0 &&
  !end.opinion &&
  !end.series &&
  end.earningsOn === undefined;

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

/** A want isn't held any more, a price was not stored, or a symbol has something to mend. Rolls everything back. */
class NotAsExpected extends Error {}

/** A call that has lost its claim wrote the same row first. It is about to roll back, or has done so. */
const isDuplicate = (error: unknown) => (error as { code?: string }).code === UNIQUE_VIOLATION;
const UNIQUE_VIOLATION = '23505';

interface Written {
  stored: StoredQuotes;
  /** The cache events of prices that could not be refreshed. */
  stale: EventToWrite[];
  waitAgain: WaitingAgain[];
}

/** None of these statements needs the answer of another: they are sent together. */
async function write(client: Client, ends: CalledEnd[]): Promise<Written> {
  const [stored, stale, , , waitAgain] = await Promise.all([
    storeQuotes(
      client,
      ends.flatMap((end) => (end.quote ? [end.quote] : [])),
    ),
    noteStale(
      client,
      ends.flatMap(({ symbol, data, item }) => (item ? [{ ...item, subject: symbol, data }] : [])),
    ),
    // Quotes before assets, as in landings of quotes.
    noteSplitsTold(client, ends),
    storeBars(
      client,
      ends.flatMap((end) => end.series ?? []),
    ),
    moveWants(client, ends),
  ]);
  return { stored, stale, waitAgain };
}

async function settleAndConclude(
  client: Client,
  mine: LockedEnd[],
  written: Written,
  calls: CallsTogether,
  atEnd: AtEnd,
): Promise<Landed> {
  // Before the rows of the refreshes are locked: landings of the same symbols would deadlock if one of them did it
  // after that.
  await Promise.all([noteAnomalies(client, mine), noteAssets(client, mine)]);
  const settled = await settle(client, mine, written.stored.symbols, calls);
  return concludeCalls(client, { mine, written, settled }, atEnd);
}

/** Settles the items of these ends. `stored`: the symbols whose price was stored. */
function settle(
  client: Client,
  ends: CalledEnd[],
  stored: ReadonlySet<string>,
  { provider, made }: CallsTogether,
): Promise<Settled> {
  return settleItems(client, itemEnds(ends, stored), {
    provider,
    made,
    // Settled items count their call by themselves; those that were passed on or released used it as well.
    touched: ends.filter((end) => !end.item).map(({ symbol, data, call }) => ({ subject: symbol, data, call })),
  });
}

async function concludeCalls(
  client: Client,
  { mine, written, settled }: { mine: LockedEnd[]; written: Written; settled: Settled },
  atEnd: AtEnd,
): Promise<Landed> {
  const landed = await conclude(client, settled, atEnd, [written.stored.event, ...written.stale]);
  for (const { want, rank } of mine) if (want.do === 'move') passOn(landed, want.lane, { wants: 1, rank });
  for (const { lane, rank } of written.waitAgain) passOn(landed, lane, { wants: 1, rank });
  return landed;
}

/** Resolves before it records, so that something that is wrong again becomes a new anomaly. */
async function noteAnomalies(client: Client, ends: LockedEnd[]): Promise<void> {
  await resolveAnomalies(client, ends.filter(({ troubled }) => troubled).flatMap(resolutionsOf));
  await recordAnomalies(
    client,
    ends.flatMap((end) => end.doubts ?? []),
  );
}

/**
 * A second opinion decides. Without one, a quote or bars that passed the checks resolve the anomalies that were open.
 */
function resolutionsOf({ symbol, data, quote, series, doubts = [], opinion }: WantEnd): Resolution[] {
  const except = doubts.map(({ check }) => check);
  if (opinion) return [{ symbol, of: data === 'bars' ? 'bars' : 'quotes', ...opinion, except }];
  const detail = 'what came later passed';
  if (quote?.quality === 'good') return [{ symbol, of: 'quotes', state: null, detail, except }];
  return series ? [{ symbol, of: 'bars', state: null, detail, except }] : [];
}

function itemEnds(ends: CalledEnd[], stored: ReadonlySet<string>): ItemEnd[] {
  return ends.flatMap((end) => {
    const { symbol, data, item, quote, call } = end;
    if (!item) return [];
    const ended = { ...item, subject: symbol, data, call, answeredAt: answeredAt(end) };
    // Another provider's newer price is stored already: nothing was wrong, and nothing is new.
    return [quote && !stored.has(symbol) ? { ...ended, state: 'skipped', reason: 'fresh' } : ended];
  });
}
