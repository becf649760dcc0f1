import { type Logger, troubleOf } from '@freshet/runtime';
import type { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { readEpoch } from './epoch.ts';
import { createFanOut, type FanOut } from './fan-out.ts';
import type { Filter } from './filter.ts';
import { createPages } from './pages.ts';
import { createPosition } from './position.ts';
import { createRecent, entriesOf, type Recent } from './recent.ts';
import type { History, LogEvent, LogRow } from './row.ts';
import type { Sink } from './sink.ts';
import { readStream, streamKey } from './stream.ts';
import { type Served, subscribeTo, type Subscription } from './subscription.ts';

export interface EventSubscriber {
  /** Resolves when the reader has found the end of the log; waits for the database. */
  start(): Promise<void>;
  /**
   * Serves a client from behind the number `after` without gap or repeat, by default from now on. Events that are gone are told of by a
   * `lag` notice.
   */
  subscribe(filter: Filter, sink: Sink, after?: number): Subscription;
  /**
   * Tells of every event, in this process, for caches and views. `anew` is called when the stream has been rebuilt under a later epoch:
   * events may have been missed, and some that were told may be lost. Later events have that epoch.
   * @returns how to stop
   */
  on(listen: (event: LogEvent) => void, anew?: (epoch: number) => void): () => void;
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
  /** A connection of its own, in waiting mode (`redisSubscriber`): reading blocks it most of the time. */
  connection: Redis;
  prefix: string;
  history: History;
  log?: Pick<Logger, 'warn'>;
  /** How long a client with a number that this process hasn't seen is waited with. */
  aheadMs?: number;
}

/** Shorter than the connections' socket time-out of 15 s. */
const BLOCK_MS = 5_000;
/** Replicas differ by moments. A client's number that is still ahead after this belongs to another log, as of a database before a restore. */
const AHEAD_MS = 10_000;
/** The pause before reading on at an entry that doesn't belong to this log: the relay removes such entries within a second. */
const STRANGE_MS = 200;

/**
 * The one reader of the event log in a process. It follows the stream and reads missing numbers from the database (Redis was emptied, the
 * process was cut off for long), so that each client sees each number once and in order.
 */
export function createSubscriber(options: SubscriberOptions): EventSubscriber {
  const { connection, prefix, history, log, aheadMs = AHEAD_MS } = options;
  const key = streamKey(prefix);
  const listeners = new Map<(event: LogEvent) => void, ((epoch: number) => void) | undefined>();
  let recent: Recent = createRecent(0);
  let fanOut: FanOut = createFanOut(recent);
  /** The fan-out was last woken for events up to this number. */
  let told = 0;
  const position = createPosition(history, { took, begins, entered }, log);
  const served: Served = {
    get head() {
      return position.head;
    },
    get recent() {
      return recent;
    },
    get fanOut() {
      return fanOut;
    },
    ahead: new Set(),
    restarts: new Set(),
    aheadMs,
    page: createPages(history),
    log,
  };
  const stop = new AbortController();
  // Ends a pending read on close: after a connection is given up in the middle of a reconnect, the read never settles.
  const stopped = new Promise<never>((_, reject) => {
    stop.signal.addEventListener('abort', () => reject(new Error('closed')), { once: true });
  });
  stopped.catch(() => {});
  let readAt = 0;
  let following: Promise<void> = Promise.resolve();

  function took(row: LogRow, after: number): void {
    if (row.first > after + 1) recent.lacksUpTo(row.first - 1);
    for (const entry of entriesOf(row, after)) recent.push(entry);
    if (listeners.size > 0) tell(row, after);
  }

  function tell(row: LogRow, after: number): void {
    const { epoch } = position;
    for (const [index, payload] of row.items.entries()) {
      const number = row.first + index;
      if (number <= after) continue;
      const event = { number, type: row.type, userId: row.userId, at: row.at, payload, epoch };
      for (const listen of listeners.keys()) listen(event);
    }
  }

  function begins(head: number): void {
    told = head;
    recent = createRecent(head);
    fanOut.close();
    fanOut = createFanOut(recent);
  }

  function entered(epoch: number, { back }: { back: boolean }): void {
    if (back) served.page = createPages(history);
    for (const anew of listeners.values()) anew?.(epoch);
    if (back) for (const restart of [...served.restarts]) restart();
  }

  function wake(): void {
    const { head } = position;
    if (head === told) return;
    told = head;
    fanOut.wake();
    for (const each of served.ahead) if (each.after() <= head) each.join();
  }

  async function follow(): Promise<void> {
    let strange = false;
    while (!stop.signal.aborted) {
      try {
        const entries = await Promise.race([readStream(connection, key, position.head, BLOCK_MS), stopped]);
        readAt = Date.now();
        const before = strange;
        strange = false;
        for (const entry of entries) {
          await position.enter(entry.epoch);
          if (await position.arrive(entry)) continue;
          strange = true;
          if (!before)
            log?.warn(
              { number: entry.number, head: position.head },
              'an entry of the event stream is no event of this log; the relay rebuilds the stream within a second',
            );
          break;
        }
        if (entries.length === 0) {
          await position.enter(await readEpoch(connection, key));
          await position.compare();
        }
        wake();
        // The entry is read again and again until the relay has removed it. Events that are numbered meanwhile come from the database.
        if (strange) await sleep(STRANGE_MS);
      } catch (error) {
        if (stop.signal.aborted) return;
        if (log) troubleOf(log).met(error, 'the event log can’t be read');
        await sleep(200);
      }
    }
  }

  function subscribe(filter: Filter, sink: Sink, after = position.head): Subscription {
    if (readAt === 0) throw new Error('the event subscriber has not started');
    return subscribeTo(served, filter, sink, after);
  }

  return {
    async start() {
      for (;;) {
        try {
          await position.startAtEnd();
          break;
        } catch (error) {
          if (stop.signal.aborted) return;
          if (log) troubleOf(log).met(error, 'the event log can’t be read');
          await sleep(500);
        }
      }
      readAt = Date.now();
      following = follow();
    },
    subscribe,
    on(listen, anew) {
      listeners.set(listen, anew);
      return () => void listeners.delete(listen);
    },
    get head() {
      return position.head;
    },
    get clients() {
      return fanOut.size + served.ahead.size;
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
