import type { ProviderErrorKind } from '@freshet/contracts';
import type { Learned, QuotaWindow } from '../provider.ts';

/**
 * The quota ledger's contract: one per provider and key, shared by all workers of all machines.
 * A call occupies its windows from sending until one window after its answer or time-out.
 */
export interface Ledger {
  /** Asks for a grant for one call now. Never waits: a refusal says when to ask again. */
  take(ask: GrantAsk): Promise<Grant | Refusal>;
  /** The answer came, or the call timed out: the call leaves its windows one window's length from now. */
  settle(grant: Grant, learned?: Learned[]): Promise<void>;
  /** The call was never sent and leaves its windows at once. With `keep`, it will be sent at that lower cost. */
  giveBack(grant: Grant, keep?: number): Promise<void>;
  /**
   * Forbids calls for `forMs` from now, after a 429, a ban or a spent quota (`kind`). A later park never shortens this.
   */
  park(provider: string, forMs: number, why: string, kind?: ProviderErrorKind): Promise<void>;
  /** The present state of a provider's quota, for status pages and forecasts. */
  look(provider: string): Promise<QuotaState>;
}

/** `rank`: that of the most urgent want that the call will serve (contracts' PRIORITIES). It decides the share used. */
export interface GrantAsk {
  provider: string;
  cost: number;
  /** The smallest useful cost: the ledger grants as much as fits, down to this. Default: `cost`. */
  atLeast?: number;
  rank: number;
  /** After this long without settle or giveBack the call counts as timed out. */
  timeoutMs: number;
}

export interface Grant {
  granted: true;
  id: string;
  provider: string;
  /** The granted cost: as requested, or less where `atLeast` allows it. */
  cost: number;
  /** The number of grants so far, this one included. It restarts when Redis loses it. */
  nth: number;
  /**
   * The deadline on this process's monotonic clock (`performance.now()`). By then the call must be answered or given
   * up, because the ledger then counts it as timed out. A process that was suspended beyond it must not send the call.
   */
  endsBy: number;
  /** The call is a probe of the breaker: it tests whether the provider answers again. */
  probe?: boolean;
}

export interface Refusal {
  granted: false;
  /** When to ask again, in ms from now. */
  retryInMs: number;
  /** The full window, or why the provider is parked, in one sentence. */
  because: string;
  /** A more urgent call would be granted: the remaining units are reserved for its class. */
  byShare: boolean;
  /** Set when the provider is parked, rather than a window full: the kind of error that parked it. */
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
  /** Units used by each class, by its rank (1, 10, 20, 30). */
  usedByRank: Record<number, number>;
  /** When it resets; for a sliding window: when all present use will have left it. Null when idle. */
  resetsAt: Date | null;
  parkedUntil: Date | null;
}
