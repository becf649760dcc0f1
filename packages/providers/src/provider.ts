import type { AssetClass, Bar, EarningsDate, MarketSymbol, Quote, SessionDate } from '@freshet/market';
import type { DataKind, ProviderErrorKind } from '@freshet/contracts';

/**
 * A provider: a folder, and one object that lists what it serves. Pure at both ends: it builds a request and reads an
 * answer; it does no I/O, reads no clock and no environment. `ask.ts` is the only caller of the outside world.
 */
export interface Provider {
  /** `yahoo`: lower case, as it appears in the API, in metrics and in queue names. */
  name: string;
  /** `Yahoo Finance`: for people. */
  title: string;
  /** The prefix of its environment variables: `ALPHA_VANTAGE` → `ALPHA_VANTAGE_BASE_URL`, `ALPHA_VANTAGE_LIMITS`. */
  envPrefix: string;
  /** Without a trailing slash. A second host of the same provider is reached through a path prefix by the adapter. */
  baseUrl: string;
  /** Whether it needs a key; `optional` where a key only widens the limits. */
  key: 'required' | 'optional' | 'none';
  /** `on` by default, `off` unless asked for by its `<NAME>_ENABLED=true`, or `retired` (never called unless its base URL is overridden). */
  state: 'on' | 'off' | 'retired';
  /** Shown where the provider is off or deserves a caution: one sentence. */
  notice?: string;
  /** Declared windows of the free plan; `<NAME>_LIMITS` overrides them. */
  limits: QuotaWindow[];
  /** Calls in flight at once, in one process; and the least time between two sends. */
  concurrency: number;
  minTimeMs?: number;
  /** How long it is left alone after it said that it was too much, and not until when; default: a minute. */
  coolDownMs?: number;
  /** Only what it really serves: there are no stubs to mistake for answers. */
  serves: Partial<{ [K in DataKind]: Endpoint<K> }>;
  /** Brings something that calls need before they can be made (Yahoo's cookie and crumb). */
  session?: SessionHandshake;
  /** What a symbol's market is called there, where several symbols are one market: it is asked for once in a call. */
  marketName?(symbol: MarketSymbol): string | null;
  /** Reads an answer of any of the provider's endpoints by its URL: for `freshet provider read` and the recordings. */
  readAny(answer: HttpAnswer, asked?: MarketSymbol[]): Reading;
  /** How the real provider refuses and what it says of its counters; the simulator has a plain fallback for each. */
  simulatedRefusals?: SimulatedRefusals;
}

/** One limit: at most `limit` units in any `perSeconds`; `resets` for windows that start anew at a moment instead of sliding. */
export interface QuotaWindow {
  limit: number;
  perSeconds: number;
  /** Absent: the window slides. `{every: 'day', hour, zone}`: starts anew at that hour of that zone; `{every: 'month', …}`: at it on the first of the month. */
  resets?: { every: 'day' | 'month'; hour: number; zone: string };
  /** What is counted: calls, or the provider's own units (weight, credits). Default `calls` counts 1 for each call. */
  counts?: 'calls' | 'cost';
}

export interface Endpoint<K extends DataKind> {
  classes: AssetClass[];
  /** The most symbols that one call takes; 1 where there is no batch. */
  batchMax: number;
  /** The size with the lowest cost per symbol, at most `batchMax` (Binance: 20 tickers weigh 2, 100 weigh 40). */
  batchBest: number;
  /** What a call of so many symbols costs in the provider's own units. */
  cost(symbols: number): number;
  /** True for a symbol that this provider can be asked for; absent: every symbol of its classes. */
  accepts?(symbol: MarketSymbol): boolean;
  /** For bars: how far back one call reaches on the free plan, in calendar days; absent: unlimited. */
  historyDays?: number;
  request(ask: Ask<K>): HttpRequest;
  read(answer: HttpAnswer, ask: Ask<K>): Reading;
  /** The other end of the same wire, used by the simulator and by the conformance suite. */
  simulated: SimulatedEndpoint;
}

/** What is asked in one call. `key` is the secret, `session` what the handshake brought. */
export interface Ask<K extends DataKind = DataKind> {
  data: K;
  symbols: MarketSymbol[];
  /** Bars only: first and last session wanted, inclusive. */
  from?: SessionDate;
  to?: SessionDate;
  key?: string;
  session?: Record<string, string>;
  /** Where the call goes, when its base URL was overridden: CoinGecko's paid host takes the key under another name. */
  baseUrl?: string;
  /** The moment of asking, for adapters whose requests are relative to today. */
  now: Date;
}

export interface HttpRequest {
  method: 'GET' | 'POST';
  /** Path and query below the base URL, beginning with `/`. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/** An answer as it came: never parsed, never trusted. Header names are lower case. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  /** The full URL asked. */
  url: string;
  /** When it was received. */
  receivedAt: Date;
}

/**
 * What an adapter made of an answer, whoever it is of: `ask.ts` drops what is of symbols that weren't asked for. Symbols
 * asked for and not in it are for the caller to call `no_data`.
 */
export interface Reading {
  quotes: Quote[];
  bars: Bar[];
  earnings: EarningsDate[];
  errors: ProviderError[];
  /** Set when the answer belongs to an endpoint that the adapter doesn't use. */
  other: { endpoint: string; why: string }[];
  /** What the provider says of its own counters, for the ledger to correct itself by. */
  learned?: Learned[];
}

/** `symbol` null: the whole call failed. `retryAfterMs`: when it may be asked again, where it says so. */
export interface ProviderError {
  symbol: MarketSymbol | null;
  kind: ProviderErrorKind;
  retryAfterMs: number | null;
  /** One sentence for people, never with a key in it. */
  detail: string;
}

/** A counter read from headers or a body: the window it speaks of, and what it says. */
export interface Learned {
  perSeconds: number;
  /** What is counted, where windows of the same length count differently; default: the provider's own units where it has them. */
  counts?: 'calls' | 'cost';
  limit?: number;
  used?: number;
  remaining?: number;
  resetsAt?: Date;
}

/** Steps to take before calls, each a request and what to keep of its answer. Runs again when `expired` says so. */
export interface SessionHandshake {
  steps: {
    request(sofar: Record<string, string>): HttpRequest & { baseUrl?: string };
    read(answer: HttpAnswer): Record<string, string> | ProviderError;
  }[];
  /** True for an answer that means that the session is no longer good. */
  expired(answer: HttpAnswer): boolean;
  maxAgeMs: number;
  /** The simulator's end of the handshake; stateless, so that a crumb is checked by deriving it from its cookie. */
  simulated?: SimulatedHandshake;
}

/** The simulator's end: which requests it answers, and what the real provider would write. */
export interface SimulatedEndpoint {
  /** Null when the request is not for this endpoint, else what was asked, in canonical symbols. */
  match(
    request: SimulatedRequest,
  ): { symbols: MarketSymbol[]; from?: SessionDate; to?: SessionDate; cost: number } | null;
  /** The answer for what the market knows. A symbol without an entry is unknown to the market. */
  write(
    asked: { symbols: MarketSymbol[]; from?: SessionDate; to?: SessionDate },
    market: MarketView,
    request: SimulatedRequest,
  ): SimulatedAnswer;
}

export interface SimulatedRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface SimulatedAnswer {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

/** What the simulated market tells: a pure view at one moment. */
export interface MarketView {
  now: Date;
  quote(symbol: MarketSymbol): Quote | undefined;
  bars(symbol: MarketSymbol, from: SessionDate, to: SessionDate): Bar[];
  earnings(symbol: MarketSymbol): EarningsDate | undefined;
  /** All symbols, for listings. */
  symbols(): MarketSymbol[];
  /** The market as it is, where a fault distorts this view of it: what units are converted by. */
  truth?: MarketView;
}

/** The simulator's end of a handshake. */
export interface SimulatedHandshake {
  /** The answer to a request that is one of the steps, else null. */
  answer(request: SimulatedRequest): SimulatedAnswer | null;
  /** What a call without a good session is told; null when its session is good or the endpoint needs none. */
  refuse(request: SimulatedRequest): SimulatedAnswer | null;
}

/** One of the real provider's counters at this moment, the present call included. */
export interface SimulatedWindow extends QuotaWindow {
  used: number;
  remaining: number;
  resetsAt: Date;
}

/** The true shapes of refusals: status, headers and body as the real provider writes them, errors inside HTTP 200 included. */
export interface SimulatedRefusals {
  /** The call exceeds `window`; `resetsAt` is when it would be allowed again. `bannedUntil` once refusals were ignored (Binance: 418). */
  overLimit?(window: SimulatedWindow, request: SimulatedRequest, now: Date, bannedUntil?: Date): SimulatedAnswer;
  badKey?(request: SimulatedRequest): SimulatedAnswer;
  planForbids?(request: SimulatedRequest): SimulatedAnswer;
  /** A request that no endpoint answers. */
  notFound?(request: SimulatedRequest): SimulatedAnswer;
  /** Headers that the real provider adds to every answer. */
  headers?(windows: SimulatedWindow[], now: Date): Record<string, string>;
  /** The key that a request carries, for counting by key; null without one. */
  keyOf?(request: SimulatedRequest): string | null;
}
