import type { AssetClass, ClosingBar, MarketSymbol, SessionDate } from '@freshet/market';
import type { DataKind, Estimate, TriedProvider } from '@freshet/contracts';
import type { Asker } from './asking.ts';
import type { Load } from './estimate.ts';
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
  /** By the database's clock, as this process knows it: moments are compared across machines. */
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
  /** What portfolios are held against, of one user or of all; the S&P 500 always. */
  benchmarks(of: { userId?: string }): Promise<MarketSymbol[]>;
}

/** The record: Postgres. Each method is one statement or one transaction. */
export interface RecordStore extends ScopeSource {
  beforePlan(refreshId: string): Promise<BeforePlan>;
  /** Lanes and counts of the wants that an interrupted plan already committed. */
  waitingOf(refreshId: string): Promise<Record<string, number>>;
  know(symbols: MarketSymbol[], withBars: boolean): Promise<Known[]>;
  /**
   * Null: somebody else planned it meanwhile, or it is over. Nothing was written. `first` is asked when the rest is written; what it
   * claims is the most urgent of its lane, and nothing while a more urgent refresh is about to come.
   */
  commitPlan(plan: Plan, first?: FirstCall | null): Promise<Planned | null>;
  /** What this call would take now, by rank and turn, or by age alone. Null: nothing. */
  peek(lane: string, callId: string, ask: { batch: number; byAge: boolean }): Promise<Ahead | null>;
  /**
   * `yields`: takes nothing while a more urgent refresh is recorded and its wants are about to come. `onlyRank`: nor when what is first in
   * the lane is other data, or of another rank.
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
  /** Whatever this call holds waits again: it is over, and nobody knows how it went. */
  freeCall(callId: string): Promise<void>;
  /** Frees what calls have held in this lane for more than `olderMs`: nobody is left to end them. */
  freeLane(lane: string, olderMs: number): Promise<void>;
  /** While the record is away it goes on trying, until the signal and for a minute at most: what a provider said was paid for. */
  land(landing: Landing, signal?: AbortSignal): Promise<Landed>;
  /**
   * Goes through the lane's waiting wants, the most urgent first, and moves those that can be served elsewhere now; those that nobody else
   * can serve are skipped as `quota` when they can't wait, and fail at once while the provider `isDown`. `waiting`: how many wait in
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
  /** Whether an error says that the record can't serve now, rather than that something is wrong with what was asked of it. */
  isAway(error: unknown): boolean;
  /** The calculations that still wait fail, and the refresh ends. */
  failCalculations(refreshId: string, detail: string): Promise<Landed>;
}

/** Why nobody is asked for what waits in a lane, and until when; `until` is null when nobody knows. */
export interface ClosedLane {
  until: Date | null;
  why: TriedProvider;
  /** Its provider fails, and won't be asked for long: whoever has nobody else is told at once. */
  isDown: boolean;
  /** It has failed, and no quota is left for long to see whether it is well again: whoever others have failed for as well is told at once. */
  isUnproven?: boolean;
}

/** Where a want of a parked lane goes: to another lane, to nobody (there is none; these could, and are down for long), or it waits for room in one. `atOnce`: it isn't kept waiting for this one. */
export type Elsewhere = { lane: string } | { nobody: TriedProvider[]; atOnce?: boolean } | 'later';

/** What may be asked of one provider's lane. */
export interface Lane {
  name: string;
  /** The best number of symbols in one call, by data. */
  batchBest(data: DataKind): number;
  cost(data: DataKind, symbols: number): number;
}

/** What a provider is looked for, and who was asked already. */
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
   * Providers to ask for it, best first, without those tried; empty when nobody can. A doubtful symbol is one that nobody
   * has ever priced and that those who were asked don't know: those with few calls a day aren't asked for it.
   */
  chain(ask: ChainAsk): string[];
  /** Those whose provider has failed and may be asked again, if anybody dares: mostly none. They come late in chains. */
  unproven(): string[];
  /** Its provider has failed, and isn't known to be well again: what is refused there goes to others who have room for it. */
  isUnwell(lane: string): boolean;
  /** Whether this one of them would be asked first for it, were its provider known to be well. */
  wouldBeFirst(lane: string, ask: ChainAsk): boolean;
  /** Whether this one of them could show by it that its provider is well, though others would be asked before it. */
  couldProve(lane: string, ask: ChainAsk): boolean;
  /**
   * Leave to send one want there, of all workers together and once in a while, to see whether its provider is well again; more rarely where
   * it isn't what would be asked first.
   */
  mayTry(lane: string, first: boolean): Promise<boolean>;
  /** The lane's provider refuses every batch that this symbol is in: for a while its chain has that lane last. */
  spoils(lane: string, symbol: MarketSymbol, data: DataKind): void;
  /** The plan of the lane's key doesn't include this symbol: for a while its chain is without that lane. */
  forbids(lane: string, symbol: MarketSymbol, data: DataKind, detail: string): void;
  /** How far back a lane's daily bars reach, in calendar days: Infinity without a limit, 0 where it has none. */
  historyDays(lane: string): number;
  /** Who is left out of a chain for that, with what was said. */
  forbidden(ask: ChainAsk): TriedProvider[];
  /** Why nobody can, in one sentence. */
  whyNobody(ask: ChainAsk): string;
  /** The calls that this takes and how long, by what is known of the providers now. */
  estimate(loads: Load[], calculations: number, ahead: Readonly<Record<string, number>>): Estimate;
  /**
   * How many symbols more a lane's quota would take at this moment, those that wait there included, by the last picture
   * of it; null when it will take none for long, because a day is spent.
   */
  room(lane: string, data: DataKind): number | null;
  /** What is wrong with a provider that fails and won't be asked for long; null when it is another reason that leaves no room. */
  downBecause(lane: string): string | null;
  /** What is wrong with a provider that may not be asked at this moment because it fails, be it for some seconds only; null when it may be. */
  shutBecause(lane: string): string | null;
  /** So many refreshes are being planned at this moment: company may come. */
  planning(): number;
  /** Whether a lane's `wants` may be sent somewhere else while it is parked for so long. */
  patienceMs: number;
}

export interface Ring {
  /** Whose turn it is now, also where a job of theirs runs that may not have seen that. */
  refreshes(refreshes: { id: string; rank: number; traceparent?: string | null }[]): Promise<void>;
  /** `upTo`: only as many as bring the jobs that wait there to this number. */
  lane(lane: string, calls: number, rank?: number, upTo?: number): Promise<void>;
  /** In several shares when there is much to calculate, for several workers; `ahead`: while the quotes are being fetched. */
  follow(
    refreshId: string,
    rank: number,
    how: { shares: number; ahead?: boolean; traceparent: string | null },
  ): Promise<void>;
  /** Something was committed: readers look now instead of a little later, and the relay when somebody waits for what came of it. */
  changed(landed: Pick<Landed, 'changed' | 'ended'>, how: { relay: boolean }): void;
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
