import type { AssetClass, ClosingBar, MarketSymbol, SessionDate } from '@freshet/market';
import type { DataKind, Estimate, Priority, TriedProvider } from '@freshet/contracts';
import type { Asker } from './asking.ts';
import type { Load } from './estimate/estimate.ts';
import type { Claim, Ahead, Landing, Landed } from './landing.ts';
import type { BeforePlan, FirstCall, Known, Plan, Planned } from './planning.ts';

export type * from './asking.ts';
export type * from './landing.ts';
export type * from './planning.ts';

/**
 * What the heart needs of the outside world, written by the heart. Each transition of the record is one transaction of
 * the store; the worker's `main.ts` plugs in the real ones.
 */
export interface World {
  record: RecordStore;
  lanes: Lanes;
  ring: Ring;
  asker: Asker;
  calculations: Calculations;
  /** The time by the database's clock, as far as this process knows it: times are compared across machines. */
  now(): Date;
  pause(forMs: number): Promise<void>;
  log: { info(fields: object, text: string): void; warn(fields: object, text: string): void };
}

/** The questions that kinds ask to find their scope. */
export interface ScopeSource {
  allSymbols(): Promise<MarketSymbol[]>;
  watchlist(id: string | null): Promise<MarketSymbol[]>;
  group(target: { index?: string; sector?: string }): Promise<MarketSymbol[]>;
  /** Symbols (holdings, benchmarks and the FX pairs that value them) and ids of active portfolios; of one user, or of all. */
  portfolios(of: { userId?: string; portfolioId?: string }): Promise<{ portfolios: string[]; symbols: MarketSymbol[] }>;
  /** Active strategies with what they choose from, and the FX pairs that price it. */
  strategies(id: string | null): Promise<{ strategies: string[]; symbols: MarketSymbol[] }>;
  /** The benchmarks of the portfolios of one user, or of all; the S&P 500 is always among them. */
  benchmarks(of: { userId?: string }): Promise<MarketSymbol[]>;
}

/** The record: Postgres. Each method is one statement or one transaction. */
export interface RecordStore extends ScopeSource {
  beforePlan(refreshId: string): Promise<BeforePlan>;
  /** Lanes and counts of the wants that an interrupted plan already committed. */
  waitingOf(refreshId: string): Promise<Record<string, number>>;
  know(symbols: MarketSymbol[], withBars: boolean): Promise<Known[]>;
  /**
   * Null: another worker has planned the refresh meanwhile, or it has ended; nothing was written. `first` is asked for its claim once the
   * rest is written. It claims the most urgent wants of its lane, and none while a more urgent refresh is recorded but not planned yet.
   */
  commitPlan(plan: Plan, first?: FirstCall | null): Promise<Planned | null>;
  /** The wants that this call would claim now, by rank and turn, or by age alone. Null: the lane has none. */
  peek(lane: string, callId: string, ask: { batch: number; byAge: boolean }): Promise<Ahead | null>;
  /**
   * `yields`: claims nothing while a more urgent refresh is recorded but not planned yet. `onlyRank`: claims nothing when the first want
   * of the lane is for other data, or of another rank.
   */
  claim(
    lane: string,
    callId: string,
    ask: { data: DataKind; limit: number; byAge: boolean; yields?: boolean; onlyRank?: number },
  ): Promise<Claim[]>;
  /** The good final closes that are stored of these symbols, oldest first, from some sessions before `from` on. */
  storedCloses(
    of: { symbol: MarketSymbol; from: SessionDate }[],
    signal: AbortSignal,
  ): Promise<Map<MarketSymbol, ClosingBar[]>>;
  /** Releases every want that this call holds: the call is over, and its outcome is unknown. */
  freeCall(callId: string): Promise<void>;
  /** Releases the wants of this lane that calls have held for more than `olderMs`: no job is left to end those calls. */
  freeLane(lane: string, olderMs: number): Promise<void>;
  /** Keeps trying while Postgres is away, until the signal aborts and for a minute at most: the answer has cost quota. */
  land(landing: Landing, signal?: AbortSignal): Promise<Landed>;
  /**
   * Goes through the lane's waiting wants, the most urgent first, and moves those that another provider can serve now. Of the others, those
   * that can't wait are skipped as `quota`, and all of them fail at once while the provider `isDown`. `waiting`: how many wants wait in
   * each lane by then.
   */
  clearParkedLane(
    lane: string,
    closed: ClosedLane,
    elsewhere: (
      want: { symbol: MarketSymbol; data: DataKind; class: AssetClass; tried: TriedProvider[] },
      waiting: ReadonlyMap<string, number>,
    ) => Elsewhere,
  ): Promise<Landed>;
  /** Whether an error means that Postgres can't serve now, rather than that something is wrong with the work. */
  isAway(error: unknown): boolean;
  /** Fails the calculations that still wait, and ends the refresh. */
  failCalculations(refreshId: string, detail: string): Promise<Landed>;
}

/** Why a lane's provider can't be asked, and until when; `until` is null when that isn't known. */
export interface ClosedLane {
  until: Date | null;
  why: TriedProvider;
  /** The provider fails and won't be asked again for long: a want that no other provider can serve fails at once. */
  isDown: boolean;
  /** The provider has failed, and for long no quota is left to probe it: a want that other providers have failed for as well fails at once. */
  isUnproven?: boolean;
}

/**
 * Where a want of a parked lane goes: to another lane; to `nobody`, with the providers that could serve it but are down for long; or
 * `later`, when it waits for room in a lane. `atOnce`: it fails now instead of waiting for its own lane.
 */
export type Elsewhere = { lane: string } | { nobody: TriedProvider[]; atOnce?: boolean } | 'later';

/** The batches and costs of one provider's lane. */
export interface Lane {
  name: string;
  /** The best number of symbols in one call, by data. */
  batchBest(data: DataKind): number;
  cost(data: DataKind, symbols: number): number;
}

/** What a provider is needed for, and which ones were asked already. */
export interface ChainAsk {
  symbol: MarketSymbol;
  class: AssetClass;
  data: DataKind;
  tried: TriedProvider[];
  doubtful?: boolean;
}

export interface Lanes {
  of(name: string): Lane;
  /**
   * The providers to ask, best first, without those tried; empty when there is none. A doubtful symbol is one that has never had a
   * price and that the providers asked so far don't know: providers with few calls a day aren't asked for it.
   */
  chain(ask: ChainAsk): string[];
  /** Lanes whose provider has failed and may be asked again, mostly none. They come late in chains. */
  unproven(): string[];
  /** The lane's provider has failed and isn't known to be well again: what it refuses goes to other providers with room. */
  isUnwell(lane: string): boolean;
  /** Whether this unproven lane would be first in the chain if its provider were known to be well. */
  wouldBeFirst(lane: string, ask: ChainAsk): boolean;
  /** Whether an answer from this unproven lane would show that its provider is well, though others come before it in the chain. */
  couldProve(lane: string, ask: ChainAsk): boolean;
  /**
   * Leave to send one want to a lane to see whether its provider is well again. It is given once in a while over all workers, and more
   * rarely where the lane wouldn't be the first in the chain.
   */
  mayTry(lane: string, first: boolean): Promise<boolean>;
  /** Notes that the lane's provider refuses every batch with this symbol: for a while the lane comes last in the symbol's chain. */
  spoils(lane: string, symbol: MarketSymbol, data: DataKind): void;
  /** Notes that the plan of the lane's key doesn't include this symbol: for a while the lane is left out of the symbol's chain. */
  forbids(lane: string, symbol: MarketSymbol, data: DataKind, detail: string): void;
  /** How far back a lane's daily bars reach, in calendar days: Infinity without a limit, 0 where it serves none. */
  historyDays(lane: string): number;
  /** The providers that are left out of a chain because of `forbids`, each with its refusal. */
  forbidden(ask: ChainAsk): TriedProvider[];
  /** Why no provider can be asked, in one sentence. */
  whyNobody(ask: ChainAsk): string;
  /** The calls that these loads take and for how long, by the last known state of the providers. */
  estimate(loads: Load[], calculations: number, ahead: Readonly<Record<string, number>>, priority: Priority): Estimate;
  /**
   * How many symbols the lane's quota leaves room for now, those that already wait in the lane included, by its last known state;
   * null when it leaves none for long, because a day's quota is spent.
   */
  room(lane: string, data: DataKind): number | null;
  /** What is wrong with a provider that fails and won't be asked for long; null when the lane has no room for another reason. */
  downBecause(lane: string): string | null;
  /** What is wrong with a provider that can't be asked now because it fails, even if only for seconds; null when it can be asked. */
  shutBecause(lane: string): string | null;
  /** How many refreshes this process is planning at this moment: their wants may soon share a call. */
  planning(): number;
  /** A lane that is parked for longer than this sends its wants to other providers. */
  patienceMs: number;
}

export interface Ring {
  /** Rings refreshes whose turn has come, even while a job of theirs runs: that job may have looked too early to see it. */
  refreshes(refreshes: { id: string; rank: number; traceparent?: string | null }[]): Promise<void>;
  /** Adds `calls` jobs. `upTo`: only as many as bring the waiting jobs to this number. */
  lane(lane: string, calls: number, rank?: number, upTo?: number): Promise<void>;
  /** Rings in several shares, for several workers, when there is much to calculate. `ahead`: while the quotes are being fetched. */
  follow(
    refreshId: string,
    rank: number,
    how: { shares: number; ahead?: boolean; traceparent: string | null },
  ): Promise<void>;
  /** Tells readers of a commit, so that they look now instead of a little later. `relay` wakes the event relay as well. */
  changed(landed: Pick<Landed, 'changed' | 'ended'>, how: { relay: boolean }): void;
}

export interface Calculations {
  /**
   * Runs the calculations of a refresh slice by slice, one transaction each. It skips slices that another worker has in hand; the
   * worker that settles the last one ends the refresh. Calls `committed` after each commit. Before the fetching is over, it does only
   * what needs no quote. Stops after about `forMs`, and answers whether more is left.
   */
  run(work: {
    refreshId: string;
    forMs: number;
    signal: AbortSignal;
    committed: (landed: Landed) => Promise<void>;
  }): Promise<{ more: boolean }>;
}
