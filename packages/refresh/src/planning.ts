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
  /** Daily bars: from which session on they were asked for, the last final one that is stored, and the first of late that is in doubt. */
  history: { askedFrom: SessionDate | null; lastFinal: SessionDate | null; doubtedFrom?: SessionDate | null };
  /** Its price looks like a split that nobody has told of; `toldTo`: up to which session daily bars were asked about that. */
  splitDoubt?: { toldTo: SessionDate | null } | null;
}

/** What whoever plans a refresh must know first. */
export interface BeforePlan {
  refresh: RefreshRecord | null;
  /** The symbols that it names, without bars; empty when it names none. */
  named: Known[];
  /**
   * Another refresh of the same identity is in progress: it was lent the rank of this one, which waits for its calls. Its
   * waiting wants by lane; null when none is in progress.
   */
  twin: Record<string, number> | null;
  /** How many wants wait in each lane before this refresh's own: those of its rank or a better one, and all. */
  before: { ahead: Record<string, number>; all: Record<string, number> };
}

/** Whom a refresh is about. */
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
  /** Fresh enough is what was received at or after this moment. */
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
  /** Ms of work before the commit: the refresh began so long ago. */
  elapsedMs: number;
  wants: WantedItem[];
  settled: SettledItem[];
  portfolios: string[];
  strategies: string[];
  calculates: boolean;
  nextRefreshAt: Date | null;
  /** What is left to do, better known than when it was asked for. */
  estimate: Estimate;
  /** Unknown symbols that become assets of status `unverified`. */
  newAssets: { symbol: MarketSymbol; class: AssetClass; currency: string; calendar: string }[];
}

/** What the first call of a plan claims, in the same commit: as a call of that lane it bears the refresh's id. */
export interface FirstClaim {
  lane: string;
  data: DataKind;
  limit: number;
}

/** A plan's first call, which is being prepared while the plan is written. */
export interface FirstCall {
  lane: string;
  /** What to claim along with the plan; null where it can't be made now. */
  claim(): Promise<FirstClaim | null>;
}

export interface Planned extends Landed {
  /** Wants waiting per lane that this refresh needs, before its first call claimed any. */
  waiting: Record<string, number>;
  open: number;
  /** What the first call claimed. */
  claims: Claim[];
}
