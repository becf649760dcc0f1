import type { ProviderErrorKind } from '@freshet/contracts';
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
  /** The call was never sent: it leaves its windows at once. With `keep`, it will be sent but costs only so much. */
  giveBack(grant: Grant, keep?: number): Promise<void>;
  /** No call for `forMs` from now (a 429, a ban, a spent quota): `kind` says which. Later parks never shorten earlier ones. */
  park(provider: string, forMs: number, why: string, kind?: ProviderErrorKind): Promise<void>;
  /** What is known of a provider's quota now, for status pages and forecasts. */
  look(provider: string): Promise<QuotaState>;
}

/** `rank` is that of the most urgent want that the call will serve (contracts' PRIORITIES): shares are kept by it. */
export interface GrantAsk {
  provider: string;
  cost: number;
  /** Content with a smaller call: grants as much as there is room for, down to this cost. Default: `cost`. */
  atLeast?: number;
  rank: number;
  /** After this long without settle or giveBack the call counts as timed out. */
  timeoutMs: number;
}

export interface Grant {
  granted: true;
  id: string;
  provider: string;
  /** What was granted: the cost asked for, or less when `atLeast` allowed it. */
  cost: number;
  /** So many has this ledger granted, this one included; it counts anew when Redis has lost it. */
  nth: number;
  /**
   * On this process's monotonic clock (`performance.now()`): the call must have been answered or given up by then,
   * for the ledger then counts it as timed out. A process that was stopped in between must not send any more.
   */
  endsBy: number;
  /** The breaker let it go to see whether the provider answers again. */
  probe?: boolean;
}

export interface Refusal {
  granted: false;
  /** Ask again after so many ms. */
  retryInMs: number;
  /** Which window, or why the provider is parked: one sentence. */
  because: string;
  /** True when a more urgent call would be granted: what is left is reserved for its class. */
  byShare: boolean;
  /** It isn't a window that is full: the provider is parked, for what it said or for what somebody knows of it. */
  parkedFor?: ProviderErrorKind;
}

export interface QuotaState {
  windows: WindowState[];
  /** Until when and why it is parked; null when it isn't. */
  parked: Parked | null;
}

export interface Parked {
  until: Date;
  why: string;
}

export interface WindowState extends QuotaWindow {
  used: number;
  remaining: number;
  /** What calls of each class have used, by the rank of the class (1, 10, 20, 30). */
  usedByRank: Record<number, number>;
  /** When it starts anew; for a window that slides: when all that occupies it now will have left. Null when it is idle. */
  resetsAt: Date | null;
  parkedUntil: Date | null;
}
