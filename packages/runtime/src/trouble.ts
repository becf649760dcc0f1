import type { Logger } from './logger.ts';

/** Says that something fails, bounded: whoever tries again and again would say it as often. */
export interface Trouble {
  /** `text` is what doesn't work for it; what has the same message is one trouble, whoever met it. */
  met(err: unknown, text: string, fields?: object): void;
}

/** What has not been met for so long is over. Longer than whoever tries again waits. */
const OVER_MS = 15_000;
/** What goes on is told again so often. */
const AGAIN_MS = 60_000;

interface Told {
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

  function endOf(cause: string): NodeJS.Timeout {
    const timer = setTimeout(() => {
      const told = open.get(cause);
      if (!told) return;
      open.delete(cause);
      const { since, last, times } = told;
      log.warn({ trouble: cause, times, for_s: Math.round((last - since) / 1_000) }, 'a trouble is over');
    }, overMs);
    return timer.unref();
  }

  return {
    met(err, text, fields = {}) {
      const cause = causeOf(err);
      const now = performance.now();
      const told = open.get(cause);
      if (!told) {
        log.warn({ ...fields, err }, text);
        open.set(cause, { since: now, last: now, toldAt: now, times: 1, over: endOf(cause) });
        return;
      }
      clearTimeout(told.over);
      told.over = endOf(cause);
      told.times += 1;
      told.last = now;
      if (now - told.toldAt < againMs) return;
      told.toldAt = now;
      log.warn({ ...fields, trouble: cause, times: told.times }, text);
    },
  };
}

function causeOf(err: unknown): string {
  const { code, message } = (typeof err === 'object' && err !== null ? err : { message: String(err) }) as {
    code?: unknown;
    message?: unknown;
  };
  // An address that resolves to several fails with an error of no message.
  return String(message || code).slice(0, 300);
}
