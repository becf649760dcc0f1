import { Problem } from '../http/problem.ts';

const WINDOW_MS = 60_000;
/** Wrong keys of one address in a minute. Guessing 256 bits is hopeless; this keeps it from costing us look-ups. */
const MOST_FAILURES = 30;
const MOST_ADDRESSES = 10_000;

/** Counts wrong keys by address, in this process. */
export function createFailures(now: () => number): {
  count(address: string): void;
  assertFew(address: string): void;
} {
  const byAddress = new Map<string, { n: number; until: number }>();
  return {
    count(address) {
      if (byAddress.size >= MOST_ADDRESSES) byAddress.clear();
      const held = byAddress.get(address);
      if (held && held.until > now()) held.n++;
      else byAddress.set(address, { n: 1, until: now() + WINDOW_MS });
    },
    assertFew(address) {
      const held = byAddress.get(address);
      if (!held || held.n < MOST_FAILURES || held.until <= now()) return;
      const waitS = Math.ceil((held.until - now()) / 1_000);
      throw new Problem('too_many_failures', { headers: { 'retry-after': String(waitS) } });
    },
  };
}
