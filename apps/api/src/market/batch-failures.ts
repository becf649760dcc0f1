import { ageS } from '@freshet/calendar';
import type { FailureKind, ItemFailure } from '@freshet/contracts';
import type { ItemRow, StoredQuote } from '@freshet/store';
import type { KnownView } from '../refreshes/views.ts';

/** What a symbol without any price lacks it for, of the reasons for which a refresh passes one over, or for which it goes on. */
const KINDS: Record<string, FailureKind> = {
  unavailable: 'unavailable',
  malformed: 'malformed',
  parked: 'unknown_symbol',
  quota: 'quota_spent',
};

interface Outcome {
  known: KnownView | null;
  items: Map<string, ItemRow>;
  /** What is served of each symbol. */
  quotes: ReadonlyMap<string, Pick<StoredQuote, 'source' | 'fetchedAt' | 'delayS'>>;
  now: Date;
}

/**
 * What failed of a batch, and which of its symbols have no price at all, for whatever reason: who asks for a symbol finds it among the
 * quotes or here. `unplanned` says why a symbol has no item.
 */
export function batchFailures(symbols: string[], outcome: Outcome, unplanned: string | null): ItemFailure[] {
  const { known, items, quotes, now } = outcome;
  // The view tells the first of them with what was served instead; there may be more.
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

/** A provider that is parked for what it said has a quota all the same: the chain's last says which it was. */
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
