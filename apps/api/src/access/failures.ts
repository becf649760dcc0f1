import { Problem } from '../http/problem.ts';

const WINDOW_MS = 60_000;
/** Wrong keys of one address in a minute. Guessing 256 bits is hopeless; this keeps it from costing us look-ups. */
const MOST_FAILURES = 30;
/** So many look-ups at a time has an address with more of them: a few clients' worth, and no flood's. */
const MOST_AT_A_TIME = 4;
const MOST_ADDRESSES = 10_000;

export interface Failures {
  /**
   * Looks a key up for an address; null: it was wrong, which is counted. Behind one address many clients may stand, so what an address has
   * got wrong refuses what is wrong there alone, and doesn't keep out who has a right key.
   * @throws Problem too_many_failures when it was wrong as many were before; or unseen, when this address looks many up at that moment
   */
  counted<T>(address: string, lookUp: () => Promise<T | null>): Promise<T | null>;
}

interface Held {
  n: number;
  until: number;
  /** Look-ups on their way. */
  running: number;
}

/** Counts wrong keys by address, in this process. */
export function createFailures(now: () => number): Failures {
  const byAddress = new Map<string, Held>();

  function of(address: string): Held {
    const held = byAddress.get(address);
    if (held && (held.until > now() || held.running > 0)) return held;
    if (byAddress.size >= MOST_ADDRESSES) byAddress.clear();
    const fresh = { n: 0, until: 0, running: 0 };
    byAddress.set(address, fresh);
    return fresh;
  }

  function count(held: Held): void {
    if (held.until <= now()) Object.assign(held, { n: 0, until: now() + WINDOW_MS });
    held.n++;
  }

  const isOver = ({ n, until }: Held) => n >= MOST_FAILURES && until > now();

  const refused = (waitS: number) => new Problem('too_many_failures', { headers: { 'retry-after': String(waitS) } });

  return {
    async counted(address, lookUp) {
      const held = of(address);
      // It may have been right: there is a place in a moment.
      if (isOver(held) && held.running >= MOST_AT_A_TIME) throw refused(1);
      held.running++;
      try {
        const found = await lookUp();
        if (found !== null) return found;
        if (isOver(held)) throw refused(Math.ceil((held.until - now()) / 1_000));
        count(held);
        return null;
      } finally {
        held.running--;
        if (held.running === 0 && held.n === 0 && byAddress.get(address) === held) byAddress.delete(address);
      }
    },
  };
}
