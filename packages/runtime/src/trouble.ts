import type { Logger } from './logger.ts';
import { type Cause, causeOf, type Part } from './trouble-cause.ts';

/** Logs failures with a bound, because code that retries would log each attempt. */
export interface Trouble {
  /**
   * `text` says what doesn't work. A server that is away is one trouble for all parts of the process; any other error is one per part.
   * `example` names the work that met the trouble, one of many.
   */
  met(err: unknown, text: string, part?: Part, example?: Example): void;
}

/** The work that met the trouble. */
interface Example {
  request_id?: string;
}

/** A trouble is over when it hasn't been met for so long. This exceeds every pause between retries. */
const OVER_MS = 15_000;
/** A trouble that lasts is logged again at this interval. */
const AGAIN_MS = 60_000;
/** So many troubles of one text are told apart at a time; all others count as one more. */
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

/** The tracker of this log, shared by the process: a dozen queues that miss the same Redis are one trouble. */
export function troubleOf(log: Pick<Logger, 'warn'>): Trouble {
  const there = known.get(log) ?? createTrouble(log);
  known.set(log, there);
  return there;
}

/** Logs one line when a trouble begins, one a minute while it lasts, and one when it is over. */
export function createTrouble(log: Pick<Logger, 'warn'>, { overMs = OVER_MS, againMs = AGAIN_MS } = {}): Trouble {
  const open = new Map<string, Told>();
  /** When the troubles of each group last began. A trouble that is over keeps its place for a while; else messages that never recur would be unbounded. */
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

  /** Records that a trouble begins. False when its group is full. */
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
