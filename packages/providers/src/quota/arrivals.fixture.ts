import type { QuotaWindow } from '../provider.ts';
import { resetsAround } from './periods.ts';

/** A call as the provider sees it: when it came, on its clock, and what it weighs. */
export interface Arrival {
  at: number;
  cost: number;
}

/**
 * The most that a provider has counted in one window, as it counts arrivals: in any interval of the window's length, both
 * ends included, or between two resets. More than the limit means that the ledger has failed.
 */
export function mostCounted(arrivals: readonly Arrival[], window: QuotaWindow): number {
  const sorted = arrivals.toSorted((one, other) => one.at - other.at);
  const weigh = ({ cost }: Arrival) => (window.counts === 'cost' ? cost : 1);
  if (window.resets) return mostPerPeriod(sorted, window.resets, weigh);
  const length = window.perSeconds * 1000;
  let most = 0;
  let sum = 0;
  let first = 0;
  for (const arrival of sorted) {
    sum += weigh(arrival);
    for (let oldest = sorted[first]; oldest && oldest.at < arrival.at - length; oldest = sorted[++first]) {
      sum -= weigh(oldest);
    }
    most = Math.max(most, sum);
  }
  return most;
}

function mostPerPeriod(
  sorted: readonly Arrival[],
  resets: NonNullable<QuotaWindow['resets']>,
  weigh: (arrival: Arrival) => number,
): number {
  const perPeriod = new Map<number, number>();
  for (const arrival of sorted) {
    const [, start] = resetsAround(resets, new Date(arrival.at));
    perPeriod.set(start, (perPeriod.get(start) ?? 0) + weigh(arrival));
  }
  return Math.max(0, ...perPeriod.values());
}

/** Time that passes only as events happen. */
export class VirtualClock {
  now: number;
  readonly #events: { at: number; what: () => Promise<void> | void }[] = [];

  constructor(start: number) {
    this.now = start;
  }

  after(ms: number, what: () => Promise<void> | void): void {
    const at = this.now + ms;
    const index = this.#events.findIndex((event) => event.at > at);
    this.#events.splice(index < 0 ? this.#events.length : index, 0, { at, what });
  }

  /** Lets everything happen up to a moment. */
  async runUntil(end: number): Promise<void> {
    for (let next = this.#events[0]; next && next.at <= end; next = this.#events[0]) {
      this.#events.shift();
      this.now = Math.max(this.now, next.at);
      await next.what();
    }
    this.now = end;
  }
}

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
