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
  /** The stored quote: for the checks, and to see that it is fresh already. */
  stored: {
    price: DecimalText;
    currency: string;
    quoteTime: Date;
    fetchedAt: Date;
    source: string;
    /** Since when this price has been the same. */
    priceSince?: Date | null;
  } | null;
  /** What is stored instead of it while nobody could confirm it: published with a mark, never calculated with. */
  suspect?: SuspectQuote | null;
  /** A split that was declared since the stored price. */
  split?: DecimalText | null;
  /** Another provider's quote that a check holds back; this call asks for a second opinion. */
  held?: HeldQuote | null;
  /** The same of daily bars. */
  heldBars?: HeldBars | null;
  /** Daily bars that follow others: the good final closes that are stored, oldest first, from some sessions before `from` on. */
  storedCloses?: readonly ClosingBar[];
}

/** A quote that is published with a mark, and what is known of why. */
export interface SuspectQuote {
  price: DecimalText;
  quoteTime: Date;
  source: string;
  check?: string;
  /** The provider's time of the first one in a row that said about the same. */
  since?: Date | null;
  /** A second provider said the same. */
  seconded?: boolean;
  /** It looks like a split: up to which session daily bars were asked for since, whatever came. */
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
  /** The closes of suspicious sessions, which are stored with that mark. */
  closes: Record<SessionDate, DecimalText>;
  /** Sessions of which what came can't be true, and isn't stored. */
  refused?: SessionDate[];
  /** Those of them that are on another level than what lies around them, as if a split were missing. */
  splitGaps?: SessionDate[];
  /** Those whose prices don't show the split that they declare: it isn't stored. */
  disbelieved?: SessionDate[];
}

/** Something that a check has against what a provider said: an anomaly, which is stored, announced and listed. */
export interface Doubt {
  check: string;
  /** `held`: waits for a second opinion. `suspect`: stored and published with that mark. `rejected`: not stored. */
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

export interface Ahead {
  data: DataKind;
  /** Wants of that data waiting, counted up to the batch. */
  waiting: number;
  rank: number;
  /** Wants of other data wait in the lane as well. */
  others: boolean;
}

/** What became of one claimed want. */
export type Settlement = {
  symbol: MarketSymbol;
  data: DataKind;
  fence: number;
  /** The first refresh that wanted it: named as the writer. */
  refreshId: string | null;
  /** What the checks have against what came. */
  doubts?: Doubt[];
  /** Bars of a symbol whose price looks like a split: up to which session it is told by them now. */
  tellsTo?: SessionDate;
} & (
  | {
      outcome: 'landed';
      /** Whose word it is, when not this call's. */
      source?: string;
      quote?: LandedQuote;
      bars?: Bar[];
      /** Bars: the first session asked for, and by whose calendar they are. */
      askedFrom?: SessionDate | null;
      calendar?: string;
      earnings?: EarningsDate;
      /** How the quarantine of an earlier quote ends with this. */
      opinion?: Opinion;
      /** Bars that a check holds: stored, never calculated with. */
      suspectSessions?: SessionDate[];
    }
  /** Somebody else's call brought it, at this moment. */
  | { outcome: 'already_fresh'; source: string; fetchedAt: Date }
  /** Into quarantine, and on to the next provider for a second opinion. */
  | { outcome: 'held'; lane: string; because: TriedProvider; held: HeldQuote }
  /** The same of bars, which are stored with their mark meanwhile. */
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
  /** On to the next provider of its chain, or back to one whose trouble may be over. */
  | { outcome: 'passed_on'; lane: string; because: TriedProvider }
  /** Back to the same lane, nothing learned, no claim counted. */
  | { outcome: 'released'; batchCap: number | null }
  /** Nobody can: its items fail (or are skipped) and the want is gone. */
  | {
      outcome: 'given_up';
      kind: FailureKind;
      skip?: SkipReason;
      detail: string;
      chain: TriedProvider[];
      nextRefreshAt: Date | null;
      park?: boolean;
      /** Bars: nobody has any, and up to this session they were asked for. */
      inVainTo?: SessionDate | null;
    }
  /** Nobody could serve it for a reason that may pass: it stays with its call, for the next attempt of the job. */
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
  /** When the answer came; items that want what landed fresher than this go on waiting. */
  receivedAt: Date;
  /** How many calls went out to the provider for it. */
  calls: number;
  settlements: Settlement[];
}

export interface Landed {
  /** Refreshes whose view changed, with its new version; the record itself of one that simply ended. */
  changed: { refreshId: string; seq: number; record?: RefreshRecord }[];
  /** Refreshes that ended now, and the requests that they came with. */
  ended: { refreshId: string; requestId: string | null }[];
  /** Refreshes whose last item was settled and whose calculations come next, and how many those are. */
  follow: { refreshId: string; rank: number; calculations: number; traceparent: string | null }[];
  /** Waiting refreshes of the same identity as one that ended: their turn. */
  next: { id: string; rank: number; traceparent: string | null }[];
  /** Lanes in which wants wait now that didn't before (passed on, or wanted fresher than the answer): how many, and the most urgent rank. */
  passedOn: Record<string, { wants: number; rank: number }>;
  /** Settlements whose fence no longer matched: a late writer's, without effect. */
  fencedOut: number;
}
