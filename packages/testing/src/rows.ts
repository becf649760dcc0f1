import type { PlanToCommit, QuoteRow, RefreshToAccept } from '@freshet/store';

/** A refresh with defaults for everything that the story doesn't state. */
export function refreshToAccept(id: string, of: Partial<RefreshToAccept> = {}): RefreshToAccept {
  const identity = of.identity ?? id;
  return {
    ...{ id, identity, scope: identity, kind: 'symbols', mode: 'smart', target: {}, symbols: null, maxAgeS: null },
    ...{ rank: 20, source: 'manual', keyId: null, userId: null, role: 'system', deadlineS: 600, reason: null },
    ...{ requestId: null, remoteAddress: null, callbackEndpoint: null, traceparent: null, estimate: null },
    ...of,
  };
}

/** The plan of a refresh: by default, quotes of these symbols from Yahoo. */
export function planToCommit(
  refreshId: string,
  symbols: readonly string[],
  { data = ['quote'], lane = 'yahoo', freshAfter = new Date(), ...of }: PlanOf = {},
): PlanToCommit {
  const all = data.flatMap((each) => symbols.map((symbol) => ({ symbol, data: each, freshAfter })));
  return {
    ...{ refreshId, elapsedMs: 1, calculates: false, nextRefreshAt: null, newAssets: [] },
    wants: all.map((want) => ({ ...want, class: 'equity', lane })),
    items: all.map(({ symbol, ...item }) => ({
      ...{ ...item, subject: symbol, state: 'waiting' as const },
      ...{ reason: null, detail: null, nextRefreshAt: null },
    })),
    ...of,
  };
}

interface PlanOf extends Partial<PlanToCommit> {
  data?: readonly string[];
  lane?: string;
  freshAfter?: Date;
}

/** A current, good price, with defaults for everything that the story doesn't state. */
export function quoteToStore(symbol: string, price: string, of: Partial<QuoteRow> = {}): QuoteRow {
  const at = of.fetchedAt ?? new Date();
  return {
    ...{ symbol, price, open: null, high: null, low: null, volume: null, previousClose: null, marketCap: null },
    ...{ currency: 'USD', source: 'yahoo', quoteTime: at, fetchedAt: at, delayS: 0, quality: 'good' },
    ...{ refreshId: null, provenance: {}, ...of },
  };
}
