import { ageS } from '@freshet/calendar';
import type { FailureKind, ItemFailure } from '@freshet/contracts';
import type { ItemRow, StoredQuote } from '@freshet/store';
import type { KnownView } from '../refreshes/views.ts';

/** The failure kind of a symbol without a price, by the reason of its item. */
const KINDS: Record<string, FailureKind> = {
  unavailable: 'unavailable',
  malformed: 'malformed',
  parked: 'unknown_symbol',
  quota: 'quota_spent',
};

interface Outcome {
  known: KnownView | null;
  items: Map<string, ItemRow>;
  /** The price that is served for each symbol. */
  quotes: ReadonlyMap<string, Pick<StoredQuote, 'source' | 'fetchedAt' | 'delayS'>>;
  now: Date;
}

/**
 * The failures of a batch: failed items, and every symbol without any price. So each symbol of the request is among the quotes or here.
 * `unplanned`: why a symbol has no item.
 */
export function batchFailures(symbols: string[], outcome: Outcome, unplanned: string | null): ItemFailure[] {
  const { known, items, quotes, now } = outcome;
  // The view lists only the first failures.
  const told = known && 'failures' in known.view ? known.view.failures : [];
  const names = new Set(told.map(({ symbol }) => symbol));
  const failed = [...items.values()].filter(({ state, subject }) => state === 'failed' && !names.has(subject));
  for (const { subject } of failed) names.add(subject);
  const priceless = symbols.filter((symbol) => !quotes.has(symbol) && !names.has(symbol));
  return [
    ...told,
    ...failed.map((item) => ({
      ...failureOf(item, item.reason as FailureKind),
      served: servedOf(quotes.get(item.subject), now),
    })),
    ...priceless.map((symbol) => {
      const item = items.get(symbol);
      const otherwise: FailureKind = known?.view.status === 'timed_out' ? 'timed_out' : 'no_data';
      if (item) return failureOf(item, quotaKindOf(item) ?? KINDS[item.reason ?? ''] ?? otherwise);
      return { symbol, kind: otherwise, detail: unplanned ?? 'no provider gave a price', chain: [], served: null };
    }),
  ];
}

/** An item skipped for quota may have met a spent quota or a provider's 429; the last entry of its chain says which. */
function quotaKindOf({ reason, chain }: ItemRow): FailureKind | undefined {
  if (reason !== 'quota') return undefined;
  return (chain as ItemFailure['chain'] | null)?.at(-1)?.reason === 'rate_limited' ? 'rate_limited' : undefined;
}

function servedOf(quote: ReturnType<Outcome['quotes']['get']>, now: Date): ItemFailure['served'] {
  return quote ? { source: quote.source, age_s: Math.round(ageS(quote.fetchedAt, quote.delayS, now)) } : null;
}

function failureOf({ subject, reason, detail, chain, nextRefreshAt }: ItemRow, kind: FailureKind): ItemFailure {
  return {
    symbol: subject,
    kind,
    detail: detail ?? '',
    chain: (chain ?? []) as ItemFailure['chain'],
    served: null,
    ...(reason === 'parked' && nextRefreshAt ? { next_probe_at: nextRefreshAt.toISOString() } : {}),
  };
}
