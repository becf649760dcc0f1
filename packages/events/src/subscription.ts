import type { Logger } from '@freshet/runtime';
import type { FanOut, Member } from './fan-out.ts';
import type { Filter } from './filter.ts';
import type { Recent } from './recent.ts';
import { resume } from './resume.ts';
import type { LogRow } from './row.ts';
import { chunkOf, type Sink } from './sink.ts';

export interface Subscription {
  /** Number of the last event that was delivered to this client or filtered out for it. */
  readonly cursor: number;
  change(filter: Filter): void;
  close(): void;
}

/** A client with a number that this process hasn't reached: it was served by another process before. */
export interface Waiting {
  /** The client's number. */
  after(): number;
  join(): void;
}

/** The log of a process, as its subscriptions see it. */
export interface Served {
  readonly head: number;
  readonly recent: Recent;
  readonly fanOut: FanOut;
  readonly ahead: Set<Waiting>;
  /** Restarts each subscription; called when the log has gone back behind what was read of it. */
  readonly restarts: Set<() => void>;
  /** How long a client that is ahead is waited with. */
  readonly aheadMs: number;
  page(after: number): Promise<LogRow[]>;
  log?: Pick<Logger, 'warn'>;
}

/** Serves a client from behind the number `after`: from memory, through the database, or once this process has reached the number. */
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
      // The database may have been ahead of the stream, so this may make the client wait for it.
      cursor = reached;
      place();
    } catch (error) {
      served.log?.warn({ err: error }, 'a client could not resume');
      // The client reconnects with the number that it has.
      sink.giveUp('the event log can’t be read at the moment');
    }
  }

  /** The client's events belong to another log: tells it to reload everything, and goes on from the present end. */
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
