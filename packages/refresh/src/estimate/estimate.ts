import { classOfSymbol } from '@freshet/market';
import type { AssetClass, MarketSymbol } from '@freshet/market';
import { CALCULATION_MS } from '@freshet/contracts';
import type { DataKind, Estimate, Priority, ProviderStatus, ServedData } from '@freshet/contracts';
import { freeOf, windowWaitMs } from './window-wait.ts';

/** How many symbols of one class would be asked for one kind of data. */
export interface Load {
  class: AssetClass;
  data: DataKind;
  symbols: number;
}

/** What planning, landing and ringing add to the providers' time. */
const OVERHEAD_MS = 40;
/** Assumed of a provider that hasn't answered yet. */
const LATENCY_MS = 400;
/** The wants of a lane that is parked for longer than this move to other providers that can serve them. */
export const PATIENCE_MS = 15_000;

/** The quotes of these symbols by class. The class is read from the symbol's spelling, which is good enough for an estimate. */
export function loadOf(symbols: readonly MarketSymbol[]): Load[] {
  const counts = new Map<AssetClass, number>();
  for (const symbol of symbols) {
    const assetClass = classOfSymbol(symbol);
    counts.set(assetClass, (counts.get(assetClass) ?? 0) + 1);
  }
  return [...counts].map(([assetClass, n]) => ({ class: assetClass, data: 'quote', symbols: n }));
}

/** Providers that would be asked for this class and data, in that order. */
export function wouldServe(
  providers: readonly ProviderStatus[],
  { class: assetClass, data }: Pick<Load, 'class' | 'data'>,
): ProviderStatus[] {
  return providers
    .filter(({ enabled, breaker, serves }) => {
      return enabled && breaker !== 'open' && serves[data]?.classes.includes(assetClass);
    })
    .sort((a, b) => placeOf(a, assetClass) - placeOf(b, assetClass));
}

/** What each provider would be asked for. Classes share its calls. */
type Wanted = Map<string, { provider: ProviderStatus; byData: Map<DataKind, number> }>;

/**
 * Calls per provider and their duration: a pure function of the provider status that workers wrote down. Symbols go to the first provider of
 * their class, packed into its best batches. Symbols that its quota would keep waiting for long go on to the next one; the last provider
 * takes the rest, which waits for its windows. `calculations`: how many portfolios and strategies follow. `ahead`: how many
 * symbols each provider serves before these. `priority`: the class whose share of day and month windows they may use; default: all of them.
 */
export function estimateCalls(
  loads: readonly Load[],
  providers: readonly ProviderStatus[],
  now: Date,
  calculations = 0,
  ahead: Readonly<Record<string, number>> = {},
  priority?: Priority,
): Estimate {
  const wanted: Wanted = new Map();
  for (const load of loads) {
    const chain = wouldServe(providers, load);
    let left = load.symbols;
    for (const [i, provider] of chain.entries()) {
      const taken =
        i === chain.length - 1 ? left : Math.min(left, roomOf(provider, load.data, wanted, { now, priority }));
      left -= taken;
      if (taken === 0) continue;
      const entry = wanted.get(provider.provider) ?? { provider, byData: new Map<DataKind, number>() };
      entry.byData.set(load.data, (entry.byData.get(load.data) ?? 0) + taken);
      wanted.set(provider.provider, entry);
    }
  }
  const calls: Record<string, number> = {};
  let longest = { callingMs: 0, waitingMs: 0 };
  for (const [name, { provider, byData }] of wanted) {
    const { count, cost } = callsOf(provider, byData);
    calls[name] = count;
    const before = callsOf(provider, new Map(provider.serves.quote ? [['quote', ahead[name] ?? 0]] : []));
    const time = timeOf(provider, before.count + count, before.cost + cost, { now, priority });
    if (time.callingMs + time.waitingMs > longest.callingMs + longest.waitingMs) longest = time;
  }
  const { callingMs, waitingMs } = longest;
  return {
    calls,
    duration_ms: Math.round(OVERHEAD_MS + callingMs + waitingMs + calculations * CALCULATION_MS),
    ...(waitingMs > 0 && { waiting_ms: Math.round(waitingMs) }),
  };
}

interface Asked {
  now: Date;
  priority: Priority | undefined;
}

/** Calls, and what they cost in the provider's own units. */
function callsOf(provider: ProviderStatus, byData: Map<DataKind, number>): { count: number; cost: number } {
  let count = 0;
  let cost = 0;
  for (const [data, symbols] of byData) {
    const served = provider.serves[data] as ServedData;
    const needed = Math.ceil(symbols / Math.max(1, served.batch_best));
    count += needed;
    cost += needed * served.cost_best;
  }
  return { count, cost };
}

/** How many more symbols the provider's quota would serve within `PATIENCE_MS`. */
function roomOf(provider: ProviderStatus, data: DataKind, wanted: Wanted, { now, priority }: Asked): number {
  if (parkedMs(provider, now) > PATIENCE_MS) return 0;
  const served = provider.serves[data] as ServedData;
  const taken = callsOf(provider, wanted.get(provider.provider)?.byData ?? new Map());
  const rooms = provider.windows
    .filter(({ per_s: perS }) => perS * 1_000 > PATIENCE_MS)
    .map((window) => {
      const free = freeOf(window, priority);
      return window.counts === 'cost' ? (free - taken.cost) / Math.max(1, served.cost_best) : free - taken.count;
    });
  return Math.max(0, Math.floor(Math.min(Infinity, ...rooms)) * served.batch_best);
}

function parkedMs({ parked_until: until }: ProviderStatus, now: Date): number {
  return until ? Math.max(0, Date.parse(until) - now.getTime()) : 0;
}

function timeOf(
  provider: ProviderStatus,
  calls: number,
  cost: number,
  { now, priority }: Asked,
): { callingMs: number; waitingMs: number } {
  const latencyMs = provider.latency_ms?.p50 ?? LATENCY_MS;
  const callingMs = Math.ceil(calls / Math.max(1, provider.concurrency)) * latencyMs;
  const waits = provider.windows.map((window) =>
    windowWaitMs(window, window.counts === 'cost' ? cost : calls, priority, now),
  );
  // The calls run while others wait for a window, except for the last one.
  const waitMs = Math.max(0, ...waits);
  const waitingMs = Math.max(0, waitMs + latencyMs - callingMs);
  return { callingMs, waitingMs: parkedMs(provider, now) + waitingMs };
}

function placeOf(provider: ProviderStatus, assetClass: AssetClass): number {
  const unwell = provider.health === 'down' ? 1_000 : 0;
  return unwell + (provider.preference[assetClass] ?? 500);
}
