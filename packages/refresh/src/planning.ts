import type { AssetClass, MarketSymbol, SessionDate } from '@freshet/market';
import type { AssetStatus, DataKind, Estimate, FailureKind, SkipReason } from '@freshet/contracts';
import type { Landed } from './landing.ts';

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
  /** Daily bars: from which session on they were asked for, and the last final one that is held. */
  history: { askedFrom: SessionDate | null; lastFinal: SessionDate | null };
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

export interface Planned extends Landed {
  /** Wants waiting per lane that this refresh needs. */
  waiting: Record<string, number>;
  open: number;
}
