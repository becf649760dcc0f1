import { type Logger, troubleOf } from '@freshet/runtime';
import type { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBell } from './bell.ts';
import { continueEpoch, nextEpoch, readFloor } from './epoch.ts';
import { pokeChannel } from './poke.ts';
import type { LogRow, Outbox } from './row.ts';
import { isStillThere } from './same-log.ts';
import { endOfStream, isRefusal, lastEntry, publish, type StreamEntry, streamKey } from './stream.ts';

export interface RelayOptions {
  outbox: Outbox;
  redis: Redis;
  /** In subscriber mode, for pokes; may be shared. */
  subscriber: Redis;
  prefix: string;
  log?: Pick<Logger, 'info' | 'warn'>;
  /**
   * Called once with the rows that this process has numbered, when they are published, for measurements. Rows that are put back on an emptied
   * stream are left out.
   */
  onPublished?(rows: readonly LogRow[]): void;
}

export interface Relay {
  /** Whether this process holds the relay lock now. */
  readonly leading: boolean;
  /** The last number that this process put on the stream. */
  readonly published: number;
  close(): Promise<void>;
}

const BATCH = 500;
/** Without a poke the relay looks for new rows this often. */
const LOOK_MS = 50;
/** How often the relay checks that the stream still ends with what it published: Redis may have been emptied, or others may have written to it. */
const VERIFY_MS = 1_000;
/** How many numbers are put back on an emptied stream; readers take older rows from the database. */
const RESTORED = 5_000;

/**
 * Numbers the committed events and puts them on the stream. One process at a time does so, and another takes over when it dies. Numbers
 * are committed before the rows are published, so after a crash in between the next relay publishes them: no number is skipped or given
 * twice. Returns at once and runs until it is closed.
 */
export function runRelay({ outbox, redis, subscriber, prefix, log, onPublished }: RelayOptions): Relay {
  const key = streamKey(prefix);
  const stop = new AbortController();
  const bell = createBell();
  let leading = false;
  let published = 0;
  let epoch = 0;
  /** The numbers that are given lie above this. */
  let floor = 0;
  /** Numbered here and not yet on the stream: one batch, while Redis is away. */
  let waiting: readonly LogRow[] = [];
  /** Redis refused a row: the stream already ends with the row's number or a later one. */
  let refused = false;

  const onMessage = (channel: string) => channel === pokeChannel(prefix) && bell.ring();
  subscriber.on('message', onMessage);
  subscriber.subscribe(pokeChannel(prefix)).catch(() => {});

  /** Whether the stream ends, under a number that the log has given, with something that isn't the log's. */
  const isStrange = async (last: StreamEntry): Promise<boolean> =>
    last.row === null || !(await isStillThere(outbox, last.row));

  /** Whether a relay put this row on the stream and the log no longer has it: the log, and not only the stream, is another one. */
  const isLost = async (last: StreamEntry): Promise<boolean> =>
    last.row !== null && last.epoch > 0 && (await isStrange(last));

  /** Brings the stream up to the last number given. */
  async function catchUp(): Promise<void> {
    let on = await endOfStream(redis, key);
    const given = await outbox.lastNumber();
    const last = on > 0 && Number.isFinite(on) ? await lastEntry(redis, key) : null;
    if (refused || on > given || (last?.number === on && (await isStrange(last)))) {
      const lostEnd = last !== null && (await isLost(last));
      log?.warn(
        { on, given, lost_end: lostEnd },
        'the event stream does not match the event log: it belongs to another database, or others wrote to it, or the log lost its last events. It is rebuilt from the log',
      );
      epoch = await nextEpoch(redis, key, { known: epoch, lostEnd });
      refused = false;
      on = 0;
    } else epoch = await continueEpoch(redis, key, epoch);
    floor = Math.max(floor, await readFloor(redis, key));
    if (on === 0) on = Math.max(0, given - RESTORED);
    for (let rows = await outbox.since(on, BATCH); rows.length > 0; rows = await outbox.since(on, BATCH)) {
      await publish(redis, key, epoch, rows);
      on = rows.at(-1)?.last ?? on;
    }
    published = on;
  }

  function tellPublished(): void {
    if (waiting.length > 0) onPublished?.(waiting);
    waiting = [];
  }

  async function relayUntil(lost: AbortSignal): Promise<void> {
    let behind = true;
    let verifiedAt = 0;
    // A refusal of an earlier leadership says nothing: after a hang, the successor has already published those rows.
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
        tellPublished();
        waiting = await outbox.numberNext(BATCH, floor);
        if (waiting.length > 0) {
          await publish(redis, key, epoch, waiting);
          published = waiting.at(-1)?.last ?? published;
          tellPublished();
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
