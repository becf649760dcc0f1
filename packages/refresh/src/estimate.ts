import { classOfSymbol } from '@freshet/market';
import type { AssetClass, MarketSymbol } from '@freshet/market';
import type { DataKind, Estimate, ProviderStatus, ServedData } from '@freshet/contracts';

/** So many symbols of one class and kind of data that would be asked for. */
export interface Load {
  class: AssetClass;
  data: DataKind;
  symbols: number;
}

/** What planning, landing and ringing take beside the providers' time. */
const OVERHEAD_MS = 40;
/** What is assumed of a provider that has answered nothing yet. */
const LATENCY_MS = 400;
/** Valuing a portfolio with its metrics, on one core. */
const PORTFOLIO_MS = 1;

/** The symbols by class, as their form says it: good enough for an estimate. */
export function loadOf(symbols: readonly MarketSymbol[], data: DataKind = 'quote'): Load[] {
  const counts = new Map<AssetClass, number>();
  for (const symbol of symbols) {
    const assetClass = classOfSymbol(symbol);
    counts.set(assetClass, (counts.get(assetClass) ?? 0) + 1);
  }
  return [...counts].map(([assetClass, n]) => ({ class: assetClass, data, symbols: n }));
}

/** Providers that would be asked for this class of data, the one asked first in front. */
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

/**
 * Calls per provider and how long they take: a pure function of what workers wrote down about the providers. Symbols go to
 * the first provider of their class, packed into its best batches; beyond what its quota holds, the next window is waited for.
 */
export function estimateCalls(
  loads: readonly Load[],
  providers: readonly ProviderStatus[],
  now: Date,
  portfolios = 0,
): Estimate {
  const wanted = new Map<string, { provider: ProviderStatus; byData: Map<DataKind, number> }>();
  for (const load of loads) {
    const [provider] = wouldServe(providers, load);
    if (!provider || load.symbols === 0) continue;
    const entry = wanted.get(provider.provider) ?? { provider, byData: new Map<DataKind, number>() };
    // Classes of one provider share its calls.
    entry.byData.set(load.data, (entry.byData.get(load.data) ?? 0) + load.symbols);
    wanted.set(provider.provider, entry);
  }
  const calls: Record<string, number> = {};
  let longestMs = 0;
  for (const [name, { provider, byData }] of wanted) {
    let count = 0;
    let cost = 0;
    for (const [data, symbols] of byData) {
      const served = provider.serves[data] as ServedData;
      const needed = Math.ceil(symbols / Math.max(1, served.batch_best));
      count += needed;
      cost += needed * served.cost_best;
    }
    calls[name] = count;
    longestMs = Math.max(longestMs, timeOf(provider, count, cost, now));
  }
  return { calls, duration_ms: Math.round(OVERHEAD_MS + longestMs + portfolios * PORTFOLIO_MS) };
}

function timeOf(provider: ProviderStatus, calls: number, cost: number, now: Date): number {
  const latencyMs = provider.latency_ms?.p50 ?? LATENCY_MS;
  const callingMs = Math.ceil(calls / Math.max(1, provider.concurrency)) * latencyMs;
  const parkedMs = provider.parked_until ? Math.max(0, Date.parse(provider.parked_until) - now.getTime()) : 0;
  const waits = provider.windows.map(({ counts, limit, remaining, per_s: perS, resets_at: resetsAt }) => {
    const units = counts === 'cost' ? cost : calls;
    if (units <= remaining || limit <= 0) return 0;
    const firstMs = resetsAt ? Math.max(0, Date.parse(resetsAt) - now.getTime()) : perS * 1_000;
    // What the next window holds at once, then one more window for each limit's worth.
    return firstMs + (Math.ceil((units - remaining) / limit) - 1) * perS * 1_000;
  });
  return parkedMs + Math.max(callingMs, ...waits.map((ms) => (ms > 0 ? ms + latencyMs : 0)));
}

function placeOf(provider: ProviderStatus, assetClass: AssetClass): number {
  const unwell = provider.health === 'down' ? 1_000 : 0;
  return unwell + (provider.preference[assetClass] ?? 500);
}
