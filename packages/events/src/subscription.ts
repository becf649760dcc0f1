import type { Logger } from '@freshet/runtime';
import type { FanOut, Member } from './fan-out.ts';
import type { Filter } from './filter.ts';
import type { Recent } from './recent.ts';
import { resume } from './resume.ts';
import type { LogRow } from './row.ts';
import { chunkOf, type Sink } from './sink.ts';

export interface Subscription {
  /** Number of the last event that was handed over or isn't for this client. */
  readonly cursor: number;
  change(filter: Filter): void;
  close(): void;
}

/** A client that saw, on another process, what this one has yet to see. */
export interface Waiting {
  after(): number;
  join(): void;
}

/** What subscriptions see of the log that they are served from. */
export interface Served {
  readonly head: number;
  readonly recent: Recent;
  readonly fanOut: FanOut;
  readonly ahead: Set<Waiting>;
  /** Each by how it starts anew: the log has gone back behind what was read of it. */
  readonly restarts: Set<() => void>;
  /** How long a client may be ahead. */
  readonly aheadMs: number;
  page(after: number): Promise<LogRow[]>;
  log?: Pick<Logger, 'warn'>;
}

/** Serves a client from behind the number `after`, wherever that is to be found. */
export function subscribeTo(served: Served, initial: Filter, sink: Sink, after: number): Subscription {
  const { ahead, restarts } = served;
  let filter = initial;
  let left = false;
  let member: Member | null = null;
  let cursor = after;
  let waitingLong: NodeJS.Timeout | undefined;
  let placed = 0;

  function place(): void {
    if (left) return;
    placed += 1;
    if (cursor > served.head) {
      waitingLong = setTimeout(startAnew, served.aheadMs).unref();
      return void ahead.add(waiting);
    }
    const position = served.recent.positionAfter(cursor);
    if (position !== null) member = served.fanOut.join(filter, sink, position, cursor);
    else void comeCloser(placed);
  }

  async function comeCloser(mine: number): Promise<void> {
    const { recent, page } = served;
    const elsewhere = () => left || placed !== mine;
    try {
      const reached = await resume({ after: cursor, filter: () => filter, sink, recent, page, left: elsewhere });
      if (reached === null || elsewhere()) return;
      // What the database had may be ahead of the stream.
      cursor = reached;
      place();
    } catch (error) {
      served.log?.warn({ err: error }, 'a client could not resume');
      // It keeps its number and comes again.
      sink.giveUp('the event log can’t be read at the moment');
    }
  }

  /** What it shows is from elsewhere: it is to read all of it anew, and goes on from here. */
  function startAnew(): void {
    forgetPlace();
    cursor = served.head;
    sink.deliver(chunkOf([], { from: 1, to: cursor }));
    place();
  }

  function forgetPlace(): void {
    clearTimeout(waitingLong);
    ahead.delete(waiting);
    member?.leave();
    member = null;
  }

  const waiting: Waiting = {
    after: () => cursor,
    join() {
      clearTimeout(waitingLong);
      if (ahead.delete(waiting)) place();
    },
  };
  restarts.add(startAnew);
  place();
  return {
    get cursor() {
      return member?.cursor ?? cursor;
    },
    change(changed) {
      filter = changed;
      member?.change(changed);
    },
    close() {
      cursor = member?.cursor ?? cursor;
      left = true;
      restarts.delete(startAnew);
      forgetPlace();
    },
  };
}
