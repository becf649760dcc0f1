import { type Logger, troubleOf } from '@freshet/runtime';
import type { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBell } from './bell.ts';
import { continueEpoch, nextEpoch } from './epoch.ts';
import { pokeChannel } from './poke.ts';
import type { LogRow, Outbox } from './row.ts';
import { isStillThere } from './same-log.ts';
import { endOfStream, isRefusal, lastEntry, publish, streamKey } from './stream.ts';

export interface RelayOptions {
  outbox: Outbox;
  redis: Redis;
  /** In subscriber mode, for pokes; may be shared. */
  subscriber: Redis;
  prefix: string;
  log?: Pick<Logger, 'info' | 'warn'>;
  /** Told what it has just numbered and published, for measurements; what is put back on an emptied stream is not told again. */
  onPublished?(rows: readonly LogRow[]): void;
}

export interface Relay {
  /** Held by this process now? */
  readonly leading: boolean;
  /** The last number that this process put on the stream. */
  readonly published: number;
  close(): Promise<void>;
}

const BATCH = 500;
/** Without a poke the relay looks for new rows this often. */
const LOOK_MS = 50;
/** How often the relay makes sure that the stream ends with what it published: Redis may have been emptied, or written to by others. */
const VERIFY_MS = 1_000;
/** How many numbers are put back on an emptied stream; what is older, readers take from the database. */
const RESTORED = 5_000;

/**
 * Numbers the committed events and puts them on the stream, in one process at a time; another takes over when it dies. Numbered rows are
 * committed before they are published, so after a crash in between the next relay publishes them: no number is skipped, none is
 * given twice. Returns at once and runs until it is closed.
 */
export function runRelay({ outbox, redis, subscriber, prefix, log, onPublished }: RelayOptions): Relay {
  const key = streamKey(prefix);
  const stop = new AbortController();
  const bell = createBell();
  let leading = false;
  let published = 0;
  let epoch = 0;
  /** The stream had something else under a number of ours. */
  let refused = false;

  const onMessage = (channel: string) => channel === pokeChannel(prefix) && bell.ring();
  subscriber.on('message', onMessage);
  subscriber.subscribe(pokeChannel(prefix)).catch(() => {});

  /** The stream ends, under a number that the log has given, with what isn't the log's. */
  async function hasOther(on: number): Promise<boolean> {
    const last = on > 0 ? await lastEntry(redis, key) : null;
    if (last?.number !== on) return false;
    return last.row === null || !(await isStillThere(outbox, last.row));
  }

  /** Brings the stream up to the last number given. */
  async function catchUp(): Promise<void> {
    let on = await endOfStream(redis, key);
    const given = await outbox.lastNumber();
    if (refused || on > given || (await hasOther(on))) {
      // Of another database, of what a standby never heard of, or written by others.
      log?.warn({ on, given }, 'the event stream is not that of its log; it starts afresh');
      epoch = await nextEpoch(redis, key, epoch);
      refused = false;
      on = 0;
    } else epoch = await continueEpoch(redis, key, epoch);
    if (on === 0) on = Math.max(0, given - RESTORED);
    for (let rows = await outbox.since(on, BATCH); rows.length > 0; rows = await outbox.since(on, BATCH)) {
      await publish(redis, key, epoch, rows);
      on = rows.at(-1)?.last ?? on;
    }
    published = on;
  }

  async function relayUntil(lost: AbortSignal): Promise<void> {
    let behind = true;
    let verifiedAt = 0;
    // Of a leadership before: who came out of a hang was refused what its successor had published.
    refused = false;
    const ended = () => lost.aborted || stop.signal.aborted;
    while (!ended()) {
      try {
        if (Date.now() - verifiedAt > VERIFY_MS) {
          behind ||= (await endOfStream(redis, key)) !== published;
          verifiedAt = Date.now();
        }
        if (behind) await catchUp();
        behind = false;
        const rows = await outbox.numberNext(BATCH);
        if (rows.length > 0) {
          await publish(redis, key, epoch, rows);
          published = rows.at(-1)?.last ?? published;
          onPublished?.(rows);
          continue;
        }
        await bell.wait(LOOK_MS);
      } catch (error) {
        if (log) troubleOf(log).met(error, 'the event relay is held up');
        behind = true;
        refused ||= isRefusal(error);
        await sleep(200);
      }
    }
  }

  async function live(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        await outbox.withRelayLock(async (lost) => {
          leading = true;
          log?.info({}, 'relaying events');
          await relayUntil(lost).finally(() => {
            leading = false;
          });
        }, stop.signal);
      } catch (error) {
        if (log) troubleOf(log).met(error, 'the event relay has no database');
        await sleep(500);
      }
    }
  }
  const living = live();

  return {
    get leading() {
      return leading;
    },
    get published() {
      return published;
    },
    async close() {
      stop.abort();
      bell.ring();
      subscriber.off('message', onMessage);
      await living;
    },
  };
}
