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
    if (!page.complete) throw new Error('the simulator has forgotten calls: its log is no judge any more');
    if (page.data.length === 0) return arrivals;
    arrivals.push(
      ...page.data.map(({ at_ms: atMs, endpoint, symbols, cost, violation }) => {
        return { atMs, provider, endpoint, symbols, cost, violation };
      }),
    );
    after = page.next_after;
  }
}
