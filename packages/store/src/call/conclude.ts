import type { RefreshRecord } from '@freshet/contracts';
import { type EventToWrite, progressEvents, writeEvents } from '../events/announce.ts';
import { type Ended, endRows, nameOf, whoIsNext, writeCallbacks } from '../refreshes/end.ts';
import type { AtEnd, Client } from '../database/pool.ts';
import type { Settled } from './settle-items.ts';

export interface Landed {
  /** Includes the record of a refresh that ended as a success, so that a poll of it needn't read the database. */
  changed: { refreshId: string; seq: number; record?: RefreshRecord }[];
  ended: { refreshId: string; requestId: string | null }[];
  /** Refreshes whose last item was fetched, and how much there is to calculate. */
  follow: { refreshId: string; rank: number; calculations: number; traceparent: string | null }[];
  next: { id: string; rank: number; traceparent: string | null }[];
  /** Wants that wait in a lane now and didn't before: how many, and the rank of the most urgent. */
  passedOn: Record<string, { wants: number; rank: number }>;
  fencedOut: number;
}

/**
 * Does what follows from settled items: a refresh without open items ends, or is returned in `follow` to have its
 * calculations rung. Every landing of a refresh waits for the lock on its row, so the events are sent together with the
 * commit; `events` are those that the landing has collected before.
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
  atEnd(writeEvents(client, [...events, ...progressEvents(told)]));
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
  landed.next = others.flatMap(({ next }) => (next ? [next] : []));
  const plain = settled.ended.map(({ record }) => record.id);
  if (plain.length > 0) atEnd(whoIsNext(client, plain).then((next) => landed.next.push(...next)));
  landed.changed = told.map((record) => {
    const { id, seq, status } = record;
    return { refreshId: id, seq, ...(status === 'success' && { record }) };
  });
  return landed;
}

/** What is to be rung and told after refreshes were ended by something else than a landing. */
export const landedOf = (ended: Ended[]): Landed => ({
  ...nothingLanded(),
  ended: ended.map(nameOf),
  changed: ended.map(({ record: { id, seq } }) => ({ refreshId: id, seq })),
  next: ended.flatMap(({ next }) => (next ? [next] : [])),
});

/** Adds wants that wait in this lane now. */
export function passOn({ passedOn }: Landed, lane: string, { wants, rank }: { wants: number; rank: number }): void {
  const there = passedOn[lane];
  passedOn[lane] = there ? { wants: there.wants + wants, rank: Math.min(there.rank, rank) } : { wants, rank };
}

/** The result of a landing that changed nothing. */
export const nothingLanded = (): Landed => ({
  changed: [],
  ended: [],
  follow: [],
  next: [],
  passedOn: {},
  fencedOut: 0,
});
