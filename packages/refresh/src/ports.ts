import type { AssetClass, Bar, DecimalText, EarningsDate, MarketSymbol, Quote, SessionDate } from '@freshet/market';
import type {
  AssetStatus,
  DataKind,
  Estimate,
  FailureKind,
  ProviderErrorKind,
  RefreshRecord,
  SkipReason,
  TriedProvider,
} from '@freshet/contracts';
import type { Load } from './estimate.ts';

/**
 * What the heart needs of the outside world, written by the heart. Each transition of the record is one transaction of
 * the store; the worker's `world.ts` plugs in the real ones.
 */
export interface World {
  record: RecordStore;
  lanes: Lanes;
  ring: Ring;
  asker: Asker;
  calculations: Calculations;
  /** The process's clock; moments that are compared across machines come from the database. */
  now(): Date;
  pause(forMs: number): Promise<void>;
  log: { info(fields: object, text: string): void; warn(fields: object, text: string): void };
}

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

/** The questions that kinds ask to find their scope. */
export interface ScopeSource {
  allSymbols(): Promise<MarketSymbol[]>;
  watchlist(id: string | null): Promise<MarketSymbol[]>;
  group(target: { index?: string; sector?: string }): Promise<MarketSymbol[]>;
  /** Symbols (holdings, benchmarks and the FX pairs that value them) and ids of active portfolios; of one user, or of all. */
  portfolios(of: { userId?: string; portfolioId?: string }): Promise<{ portfolios: string[]; symbols: MarketSymbol[] }>;
  strategies(id: string | null): Promise<{ strategies: string[]; symbols: MarketSymbol[] }>;
  benchmarks(): Promise<MarketSymbol[]>;
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
    previousClose: DecimalText | null;
    currency: string;
    quoteTime: Date;
    fetchedAt: Date;
    source: string;
    /** Since when this price has been the same. */
    priceSince?: Date | null;
  } | null;
  /** What is stored instead of it while nobody could confirm it: published with a mark, never calculated with. */
  suspect?: { price: DecimalText; quoteTime: Date; source: string } | null;
  /** A split that was declared since the stored price. */
  split?: DecimalText | null;
  /** Another provider's quote that a check holds back; this call asks for a second opinion. */
  held?: HeldQuote | null;
  /** The same of daily bars. */
  heldBars?: HeldBars | null;
}

/** A suspicious quote in quarantine. */
export interface HeldQuote {
  check: string;
  detail: string;
  expected: DecimalText | null;
  quote: LandedQuote;
}

/** Sessions of another provider's bars that a check holds back; they are stored with that mark. */
export interface HeldBars {
  source: string;
  check: string;
  detail: string;
  closes: Record<SessionDate, DecimalText>;
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
  /** On to the next provider of its chain. */
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
  /** Refreshes that ended now. */
  ended: string[];
  /** Refreshes whose last item was settled and whose calculations come next, and how many those are. */
  follow: { refreshId: string; rank: number; calculations: number }[];
  /** Waiting refreshes of the same identity as one that ended: their turn. */
  next: { id: string; rank: number }[];
  /** Lanes in which wants wait now that didn't before (passed on, or wanted fresher than the answer), and how many. */
  passedOn: Record<string, number>;
  /** Settlements whose fence no longer matched: a late writer's, without effect. */
  fencedOut: number;
}

/** The record: Postgres. Each method is one statement or one transaction. */
export interface RecordStore extends ScopeSource {
  load(refreshId: string): Promise<RefreshRecord | null>;
  /**
   * Another refresh of the same identity is in progress: it is lent this rank, for whoever waits behind it waits for its
   * calls. Answers its waiting wants by lane; null when none is in progress.
   */
  standBehind(refreshId: string): Promise<Record<string, number> | null>;
  /** Lanes and counts of the wants that an interrupted plan already committed. */
  waitingOf(refreshId: string): Promise<Record<string, number>>;
  know(symbols: MarketSymbol[], withBars: boolean): Promise<Known[]>;
  /** The same of the symbols that a refresh names, without bars; empty when it names none. */
  knowNamed(refreshId: string): Promise<Known[]>;
  /** How many wants wait in each lane before this refresh's own: those of its rank or a better one, and all. */
  waitingBefore(refreshId: string): Promise<{ ahead: Record<string, number>; all: Record<string, number> }>;
  /** Null: somebody else planned it meanwhile, or it is over. Nothing was written. */
  commitPlan(plan: Plan): Promise<Planned | null>;
  /** What this call would take now, by rank and turn, or by age alone. Null: nothing. */
  peek(lane: string, callId: string, ask: { batch: number; byAge: boolean }): Promise<Ahead | null>;
  /** `yields`: takes nothing while a more urgent refresh is recorded and its wants are about to come. */
  claim(
    lane: string,
    callId: string,
    ask: { data: DataKind; limit: number; byAge: boolean; yields?: boolean },
  ): Promise<Claim[]>;
  /** Whatever this call holds waits again: it is over, and nobody knows how it went. */
  freeCall(callId: string): Promise<void>;
  land(landing: Landing): Promise<Landed>;
  /**
   * Goes through the lane's waiting wants, the most urgent first, and moves those that can be served elsewhere now; those that nobody else
   * can serve are skipped as `quota` when they can't wait. `waiting`: how many wait in each lane by then.
   */
  clearParkedLane(
    lane: string,
    parked: { until: Date; why: TriedProvider },
    elsewhere: (
      want: { symbol: MarketSymbol; data: DataKind; class: AssetClass; tried: TriedProvider[] },
      waiting: ReadonlyMap<string, number>,
    ) => Elsewhere,
  ): Promise<Landed>;
  /** The calculations that still wait fail, and the refresh ends. */
  failCalculations(refreshId: string, detail: string): Promise<Landed>;
}

/** Where a want of a parked lane goes: to another lane, to nobody (there is none), or it waits for room in one. */
export type Elsewhere = { lane: string } | 'nobody' | 'later';

/** What may be asked of one provider's lane. */
export interface Lane {
  name: string;
  /** The best number of symbols in one call, by data. */
  batchBest(data: DataKind): number;
  cost(data: DataKind, symbols: number): number;
}

export interface Lanes {
  of(name: string): Lane;
  /**
   * Providers to ask for it, best first, without those tried; empty when nobody can. A doubtful symbol is one that nobody
   * has ever priced and that those who were asked don't know: those with few calls a day aren't asked for it.
   */
  chain(ask: {
    symbol: MarketSymbol;
    class: AssetClass;
    data: DataKind;
    tried: TriedProvider[];
    doubtful?: boolean;
  }): string[];
  /** Why nobody can, in one sentence. */
  whyNobody(ask: { symbol: MarketSymbol; class: AssetClass; data: DataKind; tried: TriedProvider[] }): string;
  /** The calls that this takes and how long, by what is known of the providers now. */
  estimate(loads: Load[], calculations: number, ahead: Readonly<Record<string, number>>): Estimate;
  /** True for every tenth call of a lane: that one goes by age alone. */
  byAge(lane: string): Promise<boolean>;
  /**
   * How many symbols more a lane's quota would take at this moment, those that wait there included, by the last picture
   * of it; null when it will take none for long, because a day is spent.
   */
  room(lane: string, data: DataKind): number | null;
  /** Refreshes are being planned at this moment, so that company may come. */
  planning(): boolean;
  /** Whether a lane's `wants` may be sent somewhere else while it is parked for so long. */
  patienceMs: number;
}

export interface Ring {
  refreshes(refreshes: { id: string; rank: number }[]): Promise<void>;
  /** `upTo`: only as many as bring the jobs that wait there to this number. */
  lane(lane: string, calls: number, rank?: number, upTo?: number): Promise<void>;
  /** In several shares when there is much to calculate, for several workers; `ahead`: while the quotes are being fetched. */
  follow(refreshId: string, rank: number, how: { shares: number; ahead?: boolean }): Promise<void>;
  /** Something was committed: readers look now instead of a little later, and the relay when somebody waits for what came of it. */
  changed(landed: Pick<Landed, 'changed' | 'ended'>, how: { relay: boolean }): void;
}

export interface CallGrant {
  granted: true;
  id: string;
  provider: string;
  cost: number;
  /** On this process's monotonic clock: unused after it. */
  endsBy: number;
}

/** What came of asking a provider for some symbols. */
export interface Answer {
  receivedAt: Date;
  /** Calls that really went out (retries and handshakes included). */
  calls: number;
  quotes: Map<MarketSymbol, Quote>;
  bars: Map<MarketSymbol, Bar[]>;
  earnings: Map<MarketSymbol, EarningsDate>;
  /** By symbol, or by null for all that were asked. */
  errors: Map<MarketSymbol | null, { kind: ProviderErrorKind; retryAfterMs: number | null; detail: string }>;
}

export interface CallRefusal {
  granted: false;
  retryInMs: number;
  because: string;
  /** As which error this counts for a want that can go elsewhere. */
  kind: ProviderErrorKind;
}

/** The door to the providers: quota and calls. */
export interface Asker {
  /** For so many ms more nothing is granted to a lane, as this process was just told; 0 when it has to ask. */
  refusedForMs(lane: string): number;
  /** Leave for a call of up to `cost`, content with `atLeast`. Never waits: a refusal says when to ask again. */
  take(lane: string, ask: { cost: number; atLeast: number; rank: number }): Promise<CallGrant | CallRefusal>;
  /** The call isn't made. */
  giveBack(grant: CallGrant): Promise<void>;
  /** Never throws for what a provider does wrong: that is in `errors`. Settles the grant. */
  ask(
    grant: CallGrant,
    ask: {
      data: DataKind;
      symbols: MarketSymbol[];
      from?: SessionDate;
      to?: SessionDate;
      rank: number;
      signal: AbortSignal;
    },
  ): Promise<Answer>;
  /** Prices in USDT become USD by the stored rate; null when that rate is not stored. */
  usdtRates(): Promise<UsdtRates | null>;
}

/** What a USDT is in USD: by its latest price, and by its close in each session that is stored. */
export interface UsdtRates {
  now: DecimalText;
  bySession: ReadonlyMap<SessionDate, DecimalText>;
}

export interface Calculations {
  /**
   * Calculates what a refresh calculates, slice by slice, each one transaction: what somebody else has in hand is left to
   * them, and whoever settles the last ends the refresh. Tells of each commit. Before the fetching is over, it does what
   * needs no quote. Goes on for about `forMs`, and answers whether there is more.
   */
  run(work: {
    refreshId: string;
    forMs: number;
    signal: AbortSignal;
    committed: (landed: Landed) => Promise<void>;
  }): Promise<{ more: boolean }>;
}
