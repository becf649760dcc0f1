import { PROVIDER_PREFIXES, type ProviderPrefix } from '@freshet/runtime';

/** A call as it arrived at the simulator. */
export interface Arrival {
  /** Ms since 1970, with their fraction, on the simulator's clock. */
  atMs: number;
  provider: string;
  endpoint: string;
  symbols: string[];
  cost: number;
  /** The simulator's own judgement: its limits forbade this call. */
  violation: boolean;
}

/** All calls of a provider since a moment, in the order of their arrival. */
export async function arrivalsAt(simulator: string, provider: string, sinceMs = 0): Promise<Arrival[]> {
  const arrivals: Arrival[] = [];
  for (let after = 0; ; ) {
    const query = new URLSearchParams({ provider, since: String(sinceMs), after: String(after), limit: '5000' });
    const response = await fetch(`${simulator}/_simulator/calls?${query}`);
    const page = (await response.json()) as {
      data: { seq: number; at_ms: number; endpoint: string; symbols: string[]; cost: number; violation: boolean }[];
      next_after: number;
      complete: boolean;
    };
    if (!page.complete)
      throw new Error('the simulator has dropped calls from its log, so the log proves nothing any more');
    if (page.data.length === 0) return arrivals;
    arrivals.push(
      ...page.data.map(({ at_ms: atMs, endpoint, symbols, cost, violation }) => {
        return { atMs, provider, endpoint, symbols, cost, violation };
      }),
    );
    after = page.next_after;
  }
}

/** An environment that enables only these providers, so that a test knows the lane of each symbol. */
export function onlyProviders(...on: ProviderPrefix[]): Record<string, string> {
  const all = Object.keys(PROVIDER_PREFIXES) as ProviderPrefix[];
  return Object.fromEntries(
    all.filter((prefix) => !on.includes(prefix)).map((prefix) => [`${prefix}_ENABLED`, 'false']),
  );
}

export interface Weighed {
  atMs: number;
  cost: number;
}

/** The most that arrived in any stretch of so long, by a walk of its own over the log: what is exactly one length apart isn't counted together. */
export function mostIn(arrivals: readonly Weighed[], lengthMs: number): number {
  let [most, sum, last] = [0, 0, 0];
  const sorted = arrivals.toSorted((one, other) => one.atMs - other.atMs);
  for (const first of sorted) {
    for (; last < sorted.length; last++) {
      const next = sorted[last] as Weighed;
      if (next.atMs - first.atMs >= lengthMs) break;
      sum += next.cost;
    }
    most = Math.max(most, sum);
    sum -= first.cost;
  }
  return most;
}

/**
 * How much of what a window allows was used: the mean over time of what the window that ends then held, from `fromMs` to
 * `toMs`, as a share of the limit. Other than a count of calls between two moments, it doesn't depend on where in the rhythm of bursts they lie.
 */
export function usedShare(
  arrivals: readonly Weighed[],
  { limit, lengthMs, fromMs, toMs }: { limit: number; lengthMs: number; fromMs: number; toMs: number },
): number {
  const held = arrivals.reduce((sum, { atMs, cost }) => {
    const overlapMs = Math.min(atMs + lengthMs, toMs) - Math.max(atMs, fromMs);
    return sum + Math.max(0, overlapMs) * cost;
  }, 0);
  return held / ((toMs - fromMs) * limit);
}
