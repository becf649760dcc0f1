import type { MarketSymbol } from '@freshet/market';

/** Why a call was refused by a rule (faults are not refusals). */
export type Refused = 'over_limit' | 'banned' | 'bad_key' | 'no_session' | 'not_found';

/** One call as it arrived. */
export interface LoggedCall {
  /** The number of the call since the start or the last reset, from 1. */
  seq: number;
  /** Arrival in ms since 1970, with its fraction. */
  atMs: number;
  provider: string;
  /** The last characters of the key that the call was counted for; null without one. */
  account: string | null;
  /** `quote`, `bars`, `earnings`, `session`, `unknown`. */
  endpoint: string;
  symbols: readonly MarketSymbol[];
  cost: number;
  /** Of the answer; 0 when none was sent. */
  status: number;
  /** Until the answer was sent or the connection ended; null while the call is in progress. */
  durationMs: number | null;
  refused: Refused | null;
  /** True when the call exceeded the provider's limit. */
  violation: boolean;
  /** Names of the faults that hit it. */
  faults: readonly string[];
}

/** Totals of a provider's calls since the start, including calls that the log no longer holds. */
export interface Totals {
  calls: number;
  violations: number;
  refused: number;
  cost: number;
  symbols: number;
}

/** The log of calls: a bounded ring of the latest, and totals of all. */
export class CallLog {
  readonly capacity: number;
  #ring: LoggedCall[] = [];
  #written = 0;
  #totals = new Map<string, Totals>();

  constructor(capacity = 200_000) {
    this.capacity = capacity;
  }

  /** Adds a call on its arrival; the entry is completed as the call proceeds. */
  write(call: Omit<LoggedCall, 'seq'>): LoggedCall {
    const entry = { ...call, seq: ++this.#written };
    this.#ring[(entry.seq - 1) % this.capacity] = entry;
    const totals = this.totals(call.provider);
    totals.calls += 1;
    totals.cost += call.cost;
    totals.symbols += call.symbols.length;
    if (call.violation) totals.violations += 1;
    if (call.refused) totals.refused += 1;
    this.#totals.set(call.provider, totals);
    return entry;
  }

  totals(provider: string): Totals {
    return this.#totals.get(provider) ?? { calls: 0, violations: 0, refused: 0, cost: 0, symbols: 0 };
  }

  /** Providers that have been called. */
  providers(): string[] {
    return [...this.#totals.keys()];
  }

  /** Whether the log has dropped calls, so that it no longer holds all of them. */
  get overflown(): boolean {
    return this.#written > this.capacity;
  }

  /** The calls that are still held, in the order of their arrival. */
  *calls(filter: { provider?: string; sinceMs?: number; after?: number; limit?: number } = {}): Generator<LoggedCall> {
    const first = Math.max(this.#written - this.capacity, filter.after ?? 0, 0);
    let left = filter.limit ?? Infinity;
    for (let seq = first; seq < this.#written && left > 0; seq++) {
      const call = this.#ring[seq % this.capacity] as LoggedCall;
      if (filter.provider !== undefined && call.provider !== filter.provider) continue;
      if (filter.sinceMs !== undefined && call.atMs < filter.sinceMs) continue;
      left -= 1;
      yield call;
    }
  }

  /** Forgets all calls. */
  reset(): void {
    this.#ring = [];
    this.#written = 0;
    this.#totals.clear();
  }
}
