import type { Learned, QuotaWindow } from '../provider.ts';

/**
 * The quota ledger's contract: one per provider and key, shared by all workers of all machines.
 * A call occupies its windows from sending until one window after its answer or time-out.
 */
export interface Ledger {
  /** Asks for leave to send one call now. Never waits: a refusal says when to ask again. */
  take(ask: GrantAsk): Promise<Grant | Refusal>;
  /** The answer came (or the call timed out): the call now leaves its windows one window from here. */
  settle(grant: Grant, learned?: Learned[]): Promise<void>;
  /** The call was never sent: it leaves its windows at once. */
  giveBack(grant: Grant): Promise<void>;
  /** No call before `untilMs` from now (a 429, a ban, a spent quota). Later parks never shorten earlier ones. */
  park(provider: string, forMs: number, why: string): Promise<void>;
  /** The state of every window, for status pages and forecasts. */
  windows(provider: string): Promise<WindowState[]>;
}

/** `rank` is that of the most urgent want that the call will serve (contracts' PRIORITIES): shares are kept by it. */
export interface GrantAsk {
  provider: string;
  cost: number;
  rank: number;
  /** After this long without settle or giveBack the call counts as timed out. */
  timeoutMs: number;
}

export interface Grant {
  granted: true;
  id: string;
  provider: string;
  cost: number;
}

export interface Refusal {
  granted: false;
  /** Ask again after so many ms. */
  retryInMs: number;
  /** Which window, or why the provider is parked: one sentence. */
  because: string;
}

export interface WindowState extends QuotaWindow {
  used: number;
  remaining: number;
  resetsAt: Date | null;
  parkedUntil: Date | null;
}
