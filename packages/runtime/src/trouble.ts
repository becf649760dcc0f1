import type { Logger } from './logger.ts';
import { type Cause, causeOf, type Part } from './trouble-cause.ts';

/** Says that something fails, bounded: whoever tries again and again would say it as often. */
export interface Trouble {
  /**
   * `text` is what doesn't work for it. A server that is away is one trouble, whoever met it; else each part has its own. `example` is whose work
   * met it: its lines name one of many.
   */
  met(err: unknown, text: string, part?: Part, example?: Example): void;
}

/** What was at work when it met the trouble. */
interface Example {
  request_id?: string;
}

/** What has not been met for so long is over. Longer than whoever tries again waits. */
const OVER_MS = 15_000;
/** What goes on is told again so often. */
const AGAIN_MS = 60_000;
/** So many troubles of one text are told apart at a time; the rest is one more. */
const MOST = 20;

interface Told {
  what: object;
  since: number;
  last: number;
  toldAt: number;
  times: number;
  over: NodeJS.Timeout;
}

const known = new WeakMap<object, Trouble>();

/** The one of this log: a dozen queues of one process that miss the same Redis are one trouble. */
export function troubleOf(log: Pick<Logger, 'warn'>): Trouble {
  const there = known.get(log) ?? createTrouble(log);
  known.set(log, there);
  return there;
}

/** One line when it begins, one a minute while it goes on, and one when it is over. */
export function createTrouble(log: Pick<Logger, 'warn'>, { overMs = OVER_MS, againMs = AGAIN_MS } = {}): Trouble {
  const open = new Map<string, Told>();
  /** When the troubles of each group began last. One that is over keeps its place for a while, or messages that never recur were unbounded. */
  const began = new Map<string, Map<string, number>>();

  function endOf(key: string): NodeJS.Timeout {
    const timer = setTimeout(() => {
      const told = open.get(key);
      if (!told) return;
      open.delete(key);
      const { what, since, last, times } = told;
      log.warn({ ...what, times, for_s: Math.round((last - since) / 1_000) }, 'a trouble is over');
    }, overMs);
    return timer.unref();
  }

  /** Notes that it begins, if its group has room for it. */
  function hasRoom({ key, group }: Cause, now: number): boolean {
    const places = began.get(group) ?? new Map<string, number>();
    began.set(group, places);
    for (const [other, at] of places) if (!open.has(other) && now - at > againMs) places.delete(other);
    if (!places.has(key) && places.size >= MOST) return false;
    places.set(key, now);
    return true;
  }

  return {
    met(err, text, part = {}, example = {}) {
      const cause = causeOf(err, text, part);
      const now = performance.now();
      const isOwn = open.has(cause.key) || hasRoom(cause, now);
      const key = isOwn ? cause.key : `others ${cause.group}`;
      const told = open.get(key);
      if (!told) {
        log.warn({ ...part, ...example, err }, text);
        const what = isOwn ? whatIs(cause, text, part) : { trouble: 'others', of: cause.group };
        open.set(key, { what, since: now, last: now, toldAt: now, times: 1, over: endOf(key) });
        return;
      }
      clearTimeout(told.over);
      told.over = endOf(key);
      told.times += 1;
      told.last = now;
      if (now - told.toldAt < againMs) return;
      told.toldAt = now;
      log.warn({ ...part, ...example, trouble: isOwn ? cause.message : 'others', times: told.times }, text);
    },
  };
}

function whatIs({ away, message }: Cause, text: string, part: Part): object {
  return away ? { trouble: message } : { ...part, trouble: message, of: text };
}
