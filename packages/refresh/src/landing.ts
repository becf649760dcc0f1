import type {
  AssetClass,
  Bar,
  ClosingBar,
  DecimalText,
  EarningsDate,
  MarketSymbol,
  Quote,
  SessionDate,
} from '@freshet/market';
import type { AssetStatus, DataKind, FailureKind, RefreshRecord, SkipReason, TriedProvider } from '@freshet/contracts';

/** A want in the hands of one call. */
export interface Claim {
  symbol: MarketSymbol;
  data: DataKind;
  class: AssetClass;
  fence: number;
  claims: number;
  rank: number;
  tried: TriedProvider[];
  freshAfter: Date;
  refreshId: string | null;
  from: SessionDate | null;
  to: SessionDate | null;
  batchCap: number | null;
  asset: { currency: string; calendar: string; status: AssetStatus; volatility: number | null } | null;
  /** The stored quote, for the checks and to see whether the want is fresh already. */
  stored: {
    price: DecimalText;
    currency: string;
    quoteTime: Date;
    fetchedAt: Date;
    source: string;
    /** Since when the price has been unchanged. */
    priceSince?: Date | null;
  } | null;
  /** The suspect quote that is published beside it while no provider has confirmed it: marked, and never calculated with. */
  suspect?: SuspectQuote | null;
  /** A split that was declared since the stored price. */
  split?: DecimalText | null;
  /** Another provider's quote that a check holds back; this call asks for the second opinion. */
  held?: HeldQuote | null;
  /** The same for daily bars. */
  heldBars?: HeldBars | null;
  /** Only for bars that continue a stored series: its good final closes, oldest first, from some sessions before `from` on. */
  storedCloses?: readonly ClosingBar[];
}

/** A quote that is published as suspect, and why. */
export interface SuspectQuote {
  price: DecimalText;
  quoteTime: Date;
  source: string;
  check?: string;
  /** The provider's time of the first quote in a row that said about the same. */
  since?: Date | null;
  /** A second provider said the same. */
  seconded?: boolean;
  /** For a price that looks like a split: the session up to which daily bars were asked for since, whatever the answer. */
  toldTo?: SessionDate | null;
}

/** A suspicious quote in quarantine. */
export interface HeldQuote {
  check: string;
  detail: string;
  expected: DecimalText | null;
  quote: LandedQuote;
}

/** Sessions of another provider's bars that a check holds back. */
export interface HeldBars {
  source: string;
  check: string;
  detail: string;
  /** The closes of suspicious sessions, which are stored as suspect. */
  closes: Record<SessionDate, DecimalText>;
  /** Sessions whose bars can't be true and aren't stored. */
  refused?: SessionDate[];
  /** Suspicious sessions whose level differs from those around them, as if a split were missing. */
  splitGaps?: SessionDate[];
  /** Sessions that declare a split which their prices don't show: the split isn't stored. */
  disbelieved?: SessionDate[];
}

/** An objection of a check to a provider's data: an anomaly, which is stored, announced and listed. */
export interface Doubt {
  check: string;
  /** `held`: waits for a second opinion. `suspect`: stored and published as such. `rejected`: not stored. */
  state: 'held' | 'suspect' | 'rejected';
  source: string;
  price: DecimalText | null;
  expected: DecimalText | null;
  detail: string;
}

/** What a second opinion made of a held quote. */
export interface Opinion {
  state: 'accepted' | 'corrected' | 'suspect';
  detail: string;
}

/** What a call would claim next in a lane. */
export interface Ahead {
  data: DataKind;
  /** Waiting wants for that data, counted up to one batch. */
  waiting: number;
  rank: number;
  /** Wants for other data wait in the lane as well. */
  others: boolean;
}

/** What became of one claimed want. */
export type Settlement = {
  symbol: MarketSymbol;
  data: DataKind;
  fence: number;
  /** The first refresh that wanted it: stored as the refresh that wrote the quote. */
  refreshId: string | null;
  /** The objections of the checks. */
  doubts?: Doubt[];
  /** For bars of a symbol whose price looks like a split: the session up to which they answer that question now. */
  tellsTo?: SessionDate;
} & (
  | {
      outcome: 'landed';
      /** The provider whose data it is, when not this call's. */
      source?: string;
      quote?: LandedQuote;
      bars?: Bar[];
      /** For bars: the first session asked for, and their exchange calendar. */
      askedFrom?: SessionDate | null;
      calendar?: string;
      earnings?: EarningsDate;
      /** How the quarantine of an earlier quote ends. */
      opinion?: Opinion;
      /** Sessions that a check holds: stored as suspect, never calculated with. */
      suspectSessions?: SessionDate[];
    }
  /** Another call brought it; `fetchedAt` is when. */
  | { outcome: 'already_fresh'; source: string; fetchedAt: Date }
  /** Into quarantine, and on to the next provider for a second opinion. */
  | { outcome: 'held'; lane: string; because: TriedProvider; held: HeldQuote }
  /** The same for bars, which are stored as suspect meanwhile. */
  | {
      outcome: 'held_bars';
      lane: string;
      because: TriedProvider;
      heldBars: HeldBars;
      bars: Bar[];
      suspectSessions: SessionDate[];
      askedFrom: SessionDate | null;
      calendar?: string;
    }
  /** Goes on to the next provider of its chain, or back to one that failed and may serve again. */
  | { outcome: 'passed_on'; lane: string; because: TriedProvider }
  /** Goes back to the same lane; this claim isn't counted as an attempt. */
  | { outcome: 'released'; batchCap: number | null }
  /** No provider can serve it: its items fail (or are skipped) and the want is deleted. */
  | {
      outcome: 'given_up';
      kind: FailureKind;
      skip?: SkipReason;
      detail: string;
      chain: TriedProvider[];
      nextRefreshAt: Date | null;
      park?: boolean;
      /** For bars that no provider has: the session up to which they were asked for. */
      inVainTo?: SessionDate | null;
    }
  /** No provider could serve it, for a reason that may pass: it stays claimed by its call, for the job's next attempt. */
  | { outcome: 'kept'; kind: FailureKind; detail: string; chain: TriedProvider[] }
  /** The last attempt failed: its items fail, and it rests until its job is retried by hand. */
  | { outcome: 'rested'; kind: FailureKind; detail: string; chain: TriedProvider[] }
);

export interface LandedQuote extends Quote {
  source: string;
  fetchedAt: Date;
  quality: 'good' | 'suspect';
  provenance: object;
}

export interface Landing {
  callId: string;
  lane: string;
  /** When the answer came. Items that want a fresher answer go on waiting. */
  receivedAt: Date;
  /** How many calls went out to the provider for this answer. */
  calls: number;
  settlements: Settlement[];
}

export interface Landed {
  /** Refreshes whose view changed, with its new version; for one that simply ended, its record as well. */
  changed: { refreshId: string; seq: number; record?: RefreshRecord }[];
  /** Refreshes that ended now, with the ids of the requests that started them. */
  ended: { refreshId: string; requestId: string | null }[];
  /** Refreshes whose last item was settled and whose calculations come next, and how many those are. */
  follow: { refreshId: string; rank: number; calculations: number; traceparent: string | null }[];
  /** Refreshes that waited for the end of one of the same identity: it is their turn now. */
  next: { id: string; rank: number; traceparent: string | null }[];
  /** Lanes that gained waiting wants (passed on, or wanted fresher than the answer): how many, and their most urgent rank. */
  passedOn: Record<string, { wants: number; rank: number }>;
  /** How many settlements had a fence that no longer matched: those of a late writer, without effect. */
  fencedOut: number;
}
