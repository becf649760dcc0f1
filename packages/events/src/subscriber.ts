import { type Logger, troubleOf } from '@freshet/runtime';
import type { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { readEpoch } from './epoch.ts';
import { createFanOut, type FanOut } from './fan-out.ts';
import type { Filter } from './filter.ts';
import { createPages } from './pages.ts';
import { createRecent, entriesOf, type Recent } from './recent.ts';
import type { History, LogEvent, LogRow } from './row.ts';
import { isStillThere } from './same-log.ts';
import type { Sink } from './sink.ts';
import { readStream, type StreamEntry, streamKey } from './stream.ts';
import { type Served, subscribeTo, type Subscription } from './subscription.ts';

export interface EventSubscriber {
  /** Resolves when the reader knows where it stands; waits for the database. */
  start(): Promise<void>;
  /**
   * `after`: continue behind that number without gap or repeat; undefined: from now on. What is no longer held comes as a `lag` notice.
   */
  subscribe(filter: Filter, sink: Sink, after?: number): Subscription;
  /**
   * Every event, in this process, for caches and views. Answers how to stop. `anew`: events may have been lost, and what was heard never been;
   * later ones are of this epoch.
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
/** What is on the stream and not of this log, the relay takes away within a second. */
const STRANGE_MS = 200;

/**
 * The one reader of the event log in a process. It follows the stream; where numbers are missing (Redis was emptied, the process
 * was away for long) it reads them from the database, so that whoever it serves sees each number once and in order.
 */
export function createSubscriber(options: SubscriberOptions): EventSubscriber {
  const { connection, prefix, history, log, aheadMs = AHEAD_MS } = options;
  const key = streamKey(prefix);
  const listeners = new Map<(event: LogEvent) => void, ((epoch: number) => void) | undefined>();
  let recent: Recent = createRecent(0);
  let fanOut: FanOut = createFanOut(recent);
  let head = 0;
  /** What stands there, to know the log again by it. */
  let newest: LogRow | null = null;
  /** Of the stream that is read; 0 until it says. */
  let epoch = 0;
  /** Up to here clients have been told. */
  let told = 0;
  /** Up to here the stream has led past the log before: the database is asked. */
  let doubted = 0;
  const served: Served = {
    get head() {
      return head;
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
    if (row.last <= head) return;
    head = row.last;
    newest = row;
  }

  function tell(row: LogRow): void {
    for (const [index, payload] of row.items.entries()) {
      const number = row.first + index;
      if (number <= head) continue;
      const event = { number, type: row.type, userId: row.userId, at: row.at, payload, epoch };
      for (const listen of listeners.keys()) listen(event);
    }
  }

  /** From the database what it has behind here, until `enough`. */
  async function fill(enough: () => boolean): Promise<void> {
    while (!enough()) {
      const missed = await history.since(head, 200);
      if (missed.length === 0) return;
      for (const each of missed) take(each);
    }
  }

  /**
   * Takes what stands there and, before it, from the database, what the stream left out.
   * @returns false when it is nothing of this log: it would lead past numbers that are yet to come
   */
  async function arrive({ number, row }: StreamEntry): Promise<boolean> {
    const follows = () => row !== null && row.first <= head + 1 && number > doubted;
    await fill(() => number <= head || follows());
    if (number <= head) return true;
    // What was in a hole that stays may have been deleted.
    if (!row || (!follows() && number > (await history.lastNumber()))) return false;
    take(row);
    return true;
  }

  /** When nothing comes: whether the log really ends here. Restored from a backup, or with forged rows read, it ends before. */
  async function compare(): Promise<void> {
    await enter(await readEpoch(connection, key));
    const last = await history.lastNumber().catch(() => head);
    if (last > head) return fill(() => head >= last);
    if (last < head) await goBack();
  }

  /** A stream that was started afresh: of a log that goes on here, or of one that was given other events under numbers that were read before. */
  async function enter(next: number): Promise<void> {
    if (next <= epoch) return;
    const goesOn = newest ? await isStillThere(history, newest) : head === 0;
    if (!goesOn) return goBack(next);
    epoch = next;
    for (const anew of listeners.values()) anew?.(epoch);
  }

  async function goBack(next = epoch): Promise<void> {
    const before = head;
    await startAtEnd();
    log?.warn({ before, head }, 'the event log is not the one that was read; clients are told to read anew');
    doubted = Math.max(doubted, before);
    served.page = createPages(history);
    epoch = next;
    for (const anew of listeners.values()) anew?.(epoch);
    for (const restart of [...served.restarts]) restart();
  }

  async function startAtEnd(): Promise<void> {
    const last = await history.lastNumber();
    const [row] = last > 0 ? await history.since(last - 1, 1) : [];
    newest = row ?? null;
    head = row?.last ?? last;
    told = head;
    recent = createRecent(head);
    fanOut.close();
    fanOut = createFanOut(recent);
  }

  function wake(): void {
    if (head === told) return;
    told = head;
    fanOut.wake();
    for (const each of served.ahead) if (each.after() <= head) each.join();
  }

  async function follow(): Promise<void> {
    let strange = false;
    while (!stop.signal.aborted) {
      try {
        const entries = await Promise.race([readStream(connection, key, head, BLOCK_MS), stopped]);
        readAt = Date.now();
        const before = strange;
        strange = false;
        for (const entry of entries) {
          await enter(entry.epoch);
          if (await arrive(entry)) continue;
          strange = true;
          if (!before) log?.warn({ number: entry.number, head }, 'what is no event of this log is on its stream');
          break;
        }
        if (entries.length === 0) await compare();
        wake();
        // It is read again and again until it is gone; what is numbered meanwhile comes from the database.
        if (strange) await sleep(STRANGE_MS);
      } catch (error) {
        if (stop.signal.aborted) return;
        if (log) troubleOf(log).met(error, 'the event log can’t be read');
        await sleep(200);
      }
    }
  }

  function subscribe(filter: Filter, sink: Sink, after = head): Subscription {
    if (readAt === 0) throw new Error('the event subscriber has not started');
    return subscribeTo(served, filter, sink, after);
  }

  return {
    async start() {
      for (;;) {
        try {
          await startAtEnd();
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
      return head;
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
