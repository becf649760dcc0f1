import { Problem } from '../http/problem.ts';

const WINDOW_MS = 60_000;
/** Wrong keys per address and minute. Guessing 256 bits is hopeless; the limit keeps guesses from costing look-ups. */
const MOST_FAILURES = 30;
/** Concurrent look-ups of an address beyond that limit: enough for a few clients with right keys, too few for a flood. */
const MOST_AT_A_TIME = 4;
const MOST_ADDRESSES = 10_000;

export interface Failures {
  /**
   * Looks a key up for an address; null: the key is wrong, and counted. Many clients may share an address, so beyond the limit only wrong keys are
   * refused with 429: a right key still works.
   * @throws Problem too_many_failures for a wrong key beyond the limit; for any key, if the address has many look-ups running at that moment
   */
  counted<T>(address: string, lookUp: () => Promise<T | null>): Promise<T | null>;
}

interface Held {
  n: number;
  until: number;
  /** Look-ups that are running. */
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
      // The key may be right, so the caller may try again soon.
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
