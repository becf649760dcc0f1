import type { AssetClass, MarketSymbol, SessionDate } from '@freshet/market';
import type { AssetStatus, DataKind, Estimate, FailureKind, RefreshRecord, SkipReason } from '@freshet/contracts';
import type { Claim, Landed } from './landing.ts';

/** What is known of a symbol before anyone asks a provider. */
export interface Known {
  symbol: MarketSymbol;
  asset: {
    class: AssetClass;
    currency: string;
    calendar: string;
    status: AssetStatus;
    probeAt: Date | null;
    volatility: number | null;
    earningsOn: SessionDate | null;
  } | null;
  quote: { quoteTime: Date; fetchedAt: Date; delayS: number; source: string } | null;
  /** Daily bars: the first session that was asked for, the last final one that is stored, and the first recent one in doubt. */
  history: { askedFrom: SessionDate | null; lastFinal: SessionDate | null; doubtedFrom?: SessionDate | null };
  /** The price looks like a split that no provider has declared. `toldTo`: the session up to which daily bars were asked for since. */
  splitDoubt?: { toldTo: SessionDate | null } | null;
}

/** What a plan starts from. */
export interface BeforePlan {
  refresh: RefreshRecord | null;
  /** The symbols that the refresh names, without bars; empty when it names none. */
  named: Known[];
  /**
   * The waiting wants by lane of another refresh of the same identity that is in progress. This refresh waits for its end and has
   * lent it its rank. Null when none is in progress.
   */
  twin: Record<string, number> | null;
  /** How many wants wait in each lane before this refresh's own: those of its rank or a more urgent one, and all. */
  before: { ahead: Record<string, number>; all: Record<string, number> };
}

/** The symbols, portfolios and strategies that a refresh is about. */
export interface Scope {
  symbols: MarketSymbol[];
  /** Portfolios to recalculate when the fetching is over. */
  portfolios: string[];
  /** Strategies to run again. */
  strategies: string[];
}

export interface WantedItem {
  symbol: MarketSymbol;
  data: DataKind;
  class: AssetClass;
  lane: string;
  /** An answer received at or after this moment is fresh enough. */
  freshAfter: Date;
  from?: SessionDate;
  to?: SessionDate;
}

export type SettledItem = {
  symbol: string;
  data: DataKind | 'portfolio';
  reason: SkipReason | FailureKind;
  state: 'skipped' | 'failed';
  detail: string;
  nextRefreshAt: Date | null;
};

export interface Plan {
  refreshId: string;
  /** Milliseconds since the planning began: the refresh's start is this long before the commit. */
  elapsedMs: number;
  wants: WantedItem[];
  settled: SettledItem[];
  portfolios: string[];
  strategies: string[];
  calculates: boolean;
  nextRefreshAt: Date | null;
  /** What is left to do, more exact than the estimate made at acceptance. */
  estimate: Estimate;
  /** Unknown symbols that become assets of status `unverified`. */
  newAssets: { symbol: MarketSymbol; class: AssetClass; currency: string; calendar: string }[];
}

/** What a plan's first call claims in the plan's own commit. Its claims carry the refresh's id as their call id. */
export interface FirstClaim {
  lane: string;
  data: DataKind;
  limit: number;
}

/** A plan's first call, which is being prepared while the plan is written. */
export interface FirstCall {
  lane: string;
  /** What to claim along with the plan; null when the call can't be made now. */
  claim(): Promise<FirstClaim | null>;
}

export interface Planned extends Landed {
  /** Wants waiting per lane that this refresh needs, before its first call claimed any. */
  waiting: Record<string, number>;
  open: number;
  /** The wants that the first call claimed. */
  claims: Claim[];
}
