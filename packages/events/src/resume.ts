import { setTimeout as sleep } from 'node:timers/promises';
import { FULL_BYTES } from './fan-out.ts';
import { type Filter, maySee, topicOf } from './filter.ts';
import { entriesOf, type Recent } from './recent.ts';
import type { LogRow } from './row.ts';
import { chunkOf, type Sink } from './sink.ts';

const PATIENCE_MS = 60_000;

/**
 * Sends a client the events from the database between the number that it saw last and the memory of recent events, no faster than it reads.
 * Where the log has a hole, the client gets a lag notice.
 * @returns the number behind which the memory can serve the client, or null when the client left or was given up
 * @throws errors of the database
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
    const rows = withoutHole(await page(cursor));
    const first = rows[0];
    if (left()) return null;
    if (!first) {
      // The database has nothing behind the cursor, yet the memory begins later: the events between were deleted.
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

/** The rows up to the first hole between them: the next page begins with that hole, and the client is told of it. */
function withoutHole(rows: LogRow[]): LogRow[] {
  const behindHole = rows.findIndex(({ first }, index) => index > 0 && first > (rows[index - 1]?.last ?? 0) + 1);
  return behindHole === -1 ? rows : rows.slice(0, behindHole);
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
