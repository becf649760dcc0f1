import { type Logger, troubleOf } from '@freshet/runtime';
import type { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFanOut, type FanOut, type Member } from './fan-out.ts';
import type { Filter } from './filter.ts';
import { createPages } from './pages.ts';
import { createRecent, entriesOf, type Recent } from './recent.ts';
import { resume } from './resume.ts';
import type { History, LogEvent, LogRow } from './row.ts';
import { chunkOf, type Sink } from './sink.ts';
import { readStream, streamKey } from './stream.ts';

export interface Subscription {
  /** Number of the last event that was handed over or isn't for this client. */
  readonly cursor: number;
  change(filter: Filter): void;
  close(): void;
}

export interface EventSubscriber {
  /** Resolves when the reader knows where it stands; waits for the database. */
  start(): Promise<void>;
  /**
   * `after`: continue behind that number without gap or repeat; undefined: from now on. What is no longer held comes as a `lag` notice.
   */
  subscribe(filter: Filter, sink: Sink, after?: number): Subscription;
  /** Every event, in this process, for caches and views. Answers how to stop. */
  on(listen: (event: LogEvent) => void): () => void;
  /** Number of the newest event seen. */
  readonly head: number;
  readonly clients: number;
  /** The symbols whose prices clients ask for by name. */
  priced(): Set<string>;
  /** Not ok while the stream can't be read. */
  health(): { ok: boolean; because: string | null };
  close(): Promise<void>;
}

export interface SubscriberOptions {
  /** Its own, in waiting mode (`redisSubscriber`): it is blocked by reading most of the time. */
  connection: Redis;
  prefix: string;
  history: History;
  log?: Pick<Logger, 'warn'>;
  /** How long a client may be ahead of this process. */
  aheadMs?: number;
}

/** Shorter than the connections' socket time-out of 15 s. */
const BLOCK_MS = 5_000;
/** Replicas are apart by moments: a number that is still ahead after this is of another log, of a database before it was restored. */
const AHEAD_MS = 10_000;

/**
 * The one reader of the event log in a process. It follows the stream; where numbers are missing (Redis was emptied, the process
 * was away for long) it reads them from the database, so that whoever it serves sees each number once and in order.
 */
export function createSubscriber(options: SubscriberOptions): EventSubscriber {
  const { connection, prefix, history, log, aheadMs = AHEAD_MS } = options;
  const key = streamKey(prefix);
  const page = createPages(history);
  const listeners = new Set<(event: LogEvent) => void>();
  /** Clients that saw, on another process, what this one has yet to see. */
  const ahead = new Set<{ after(): number; join(): void }>();
  let recent: Recent = createRecent(0);
  let fanOut: FanOut = createFanOut(recent);
  let head = 0;
  const stop = new AbortController();
  // A read that was sent before a reconnect is answered by nobody when the connection is given up in the middle of that one.
  const stopped = new Promise<never>((_, reject) => {
    stop.signal.addEventListener('abort', () => reject(new Error('closed')), { once: true });
  });
  stopped.catch(() => {});
  let readAt = 0;
  let following: Promise<void> = Promise.resolve();

  function take(row: LogRow): void {
    for (const entry of entriesOf(row, head)) recent.push(entry);
    if (listeners.size > 0) tell(row);
    head = Math.max(head, row.last);
  }

  function tell(row: LogRow): void {
    for (const [index, payload] of row.items.entries()) {
      const number = row.first + index;
      if (number <= head) continue;
      for (const listen of listeners) listen({ number, type: row.type, userId: row.userId, at: row.at, payload });
    }
  }

  /** Takes a row and, before it, from the database, what the stream left out. */
  async function arrive(row: LogRow): Promise<void> {
    while (row.first > head + 1) {
      const missed = (await history.since(head, 200)).filter((each) => each.first < row.first);
      if (missed.length === 0) break;
      for (const each of missed) take(each);
    }
    if (row.last > head) take(row);
  }

  async function follow(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        const rows = await Promise.race([readStream(connection, key, head, BLOCK_MS), stopped]);
        readAt = Date.now();
        for (const row of rows) await arrive(row);
        if (rows.length === 0) continue;
        fanOut.wake();
        for (const each of ahead) if (each.after() <= head) each.join();
      } catch (error) {
        if (stop.signal.aborted) return;
        if (log) troubleOf(log).met(error, 'the event log can’t be read');
        await sleep(200);
      }
    }
  }

  function subscribe(initial: Filter, sink: Sink, after = head): Subscription {
    if (readAt === 0) throw new Error('the event subscriber has not started');
    let filter = initial;
    let left = false;
    let member: Member | null = null;
    let cursor = after;
    let waitingLong: NodeJS.Timeout | undefined;

    /** Serves the client from behind `cursor`, wherever that is to be found. */
    function place(): void {
      if (left) return;
      if (cursor > head) {
        waitingLong = setTimeout(startAnew, aheadMs).unref();
        return void ahead.add(waiting);
      }
      const position = recent.positionAfter(cursor);
      if (position !== null) member = fanOut.join(filter, sink, position, cursor);
      else void comeCloser();
    }

    async function comeCloser(): Promise<void> {
      try {
        const reached = await resume({ after: cursor, filter: () => filter, sink, recent, page, left: () => left });
        if (reached === null) return;
        // What the database had may be ahead of the stream.
        cursor = reached;
        place();
      } catch (error) {
        log?.warn({ err: error }, 'a client could not resume');
        // It keeps its number and comes again.
        sink.giveUp('the event log can’t be read at the moment');
      }
    }

    /** What it shows is from elsewhere: it is to read all of it anew, and goes on from here. */
    function startAnew(): void {
      cursor = head;
      sink.deliver(chunkOf([], { from: 1, to: head }));
      waiting.join();
    }

    const waiting = {
      after: () => cursor,
      join() {
        clearTimeout(waitingLong);
        if (ahead.delete(waiting)) place();
      },
    };
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
        clearTimeout(waitingLong);
        ahead.delete(waiting);
        member?.leave();
      },
    };
  }

  return {
    async start() {
      for (;;) {
        try {
          head = await history.lastNumber();
          break;
        } catch (error) {
          if (stop.signal.aborted) return;
          if (log) troubleOf(log).met(error, 'the event log can’t be read');
          await sleep(500);
        }
      }
      recent = createRecent(head);
      fanOut = createFanOut(recent);
      readAt = Date.now();
      following = follow();
    },
    subscribe,
    on(listen) {
      listeners.add(listen);
      return () => void listeners.delete(listen);
    },
    get head() {
      return head;
    },
    get clients() {
      return fanOut.size + ahead.size;
    },
    priced: () => fanOut.priced(),
    health() {
      if (readAt === 0) return { ok: false, because: 'the event log hasn’t been read yet' };
      const silentMs = Date.now() - readAt;
      if (silentMs < 3 * BLOCK_MS) return { ok: true, because: null };
      return { ok: false, because: `the event stream hasn’t been read for ${silentMs} ms` };
    },
    async close() {
      stop.abort();
      fanOut.close();
      connection.disconnect();
      await following;
    },
  };
}
