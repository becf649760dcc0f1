import { setTimeout as sleep } from 'node:timers/promises';
import { FULL_BYTES } from './fan-out.ts';
import { type Filter, maySee, topicOf } from './filter.ts';
import { entriesOf, type Recent } from './recent.ts';
import type { LogRow } from './row.ts';
import { chunkOf, type Sink } from './sink.ts';

const PATIENCE_MS = 60_000;

/**
 * Leads a client from the number that it saw last to the memory of recent events, through the database, no faster than it reads.
 * @returns the number from which the memory has everything, or null when the client left or was given up
 * @throws what the database says
 */
export async function resume(options: {
  after: number;
  filter: () => Filter;
  sink: Sink;
  recent: Recent;
  page: (after: number) => Promise<LogRow[]>;
  left: () => boolean;
}): Promise<number | null> {
  const { filter, sink, recent, page, left } = options;
  let cursor = options.after;
  while (!left()) {
    if (recent.positionAfter(cursor) !== null) return cursor;
    if (!(await hasRoom(sink, left))) return null;
    const rows = await page(cursor);
    const first = rows[0];
    if (left()) return null;
    if (!first) {
      // The database holds nothing behind it, yet the memory begins later: what was between is no more.
      const to = recent.beginsAfter;
      sink.deliver(chunkOf([], { from: cursor + 1, to }));
      return to;
    }
    if (first.first > cursor + 1) sink.deliver(chunkOf([], { from: cursor + 1, to: first.first - 1 }));
    const topic = topicOf(filter());
    const { viewer } = filter();
    const entries = rows
      .flatMap((row) => entriesOf(row, cursor))
      .filter((entry) => topic.matches(entry) && maySee(viewer, entry));
    if (entries.length > 0) sink.deliver(chunkOf(entries));
    cursor = rows.at(-1)?.last ?? cursor;
  }
  return null;
}

async function hasRoom(sink: Sink, left: () => boolean): Promise<boolean> {
  const until = Date.now() + PATIENCE_MS;
  while (sink.backlog() > FULL_BYTES && !left()) {
    if (Date.now() > until) {
      sink.giveUp('the connection takes nothing any more');
      return false;
    }
    await sleep(50);
  }
  return !left();
}
