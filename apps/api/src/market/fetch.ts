import { calendarIdOf, calendarOf, reasonNotToAsk } from '@freshet/calendar';
import type { ItemFailure, QuoteView, RefreshBody } from '@freshet/contracts';
import type { OperationKey } from '@freshet/contracts/api';
import { classOfSymbol } from '@freshet/market';
import { findAsset, latestQuotes, listItems, type StoredQuote } from '@freshet/store';
import type { Api } from '../api.ts';
import type { Answer } from '../http/answer.ts';
import type { Ask } from '../http/ask.ts';
import { Problem } from '../http/problem.ts';
import { assertMayRefresh } from '../refreshes/may-refresh.ts';
import type { KnownView } from '../refreshes/views.ts';
import { quoteView } from './quote-view.ts';

/** How long a fetch waits when the caller prefers nothing. */
const WAIT_S = 30;

type FetchApi = Pick<Api, 'pool' | 'door' | 'views' | 'now'>;
type FetchAsk = Pick<Ask<OperationKey>, 'who' | 'requestId' | 'remoteAddress' | 'waitS' | 'gone'>;

interface Fetched {
  /** The refresh that was started and has ended; null: everything was fresh, nothing was started. */
  known: KnownView | null;
  quotes: Map<string, StoredQuote>;
}

/** One symbol: its quote, or why there is none. */
export async function fetchOne(api: FetchApi, ask: FetchAsk, symbol: string, wish: RefreshBody): Promise<Answer> {
  const outcome = await fetchAll(api, ask, { ...wish, symbols: [symbol] });
  if ('accepted' in outcome) return outcome.accepted;
  const { known, quotes } = outcome;
  const stored = quotes.get(symbol);
  const failure = failureOf(known, symbol);
  const headers = known ? { 'x-refresh-id': known.record.id, ...outcome.headers } : {};
  if (stored) {
    return { body: quoteView(stored, api.now(), failure ? { reason: reasonOf(failure) } : undefined), headers };
  }
  if (failure?.kind === 'unknown_symbol') throw new Problem('unknown_symbol', { detail: failure.detail, headers });
  const [item] = known ? await listItems(api.pool, known.record.id, { limit: 1 }) : [];
  if (item?.reason === 'parked') {
    const asset = await findAsset(api.pool, symbol);
    throw new Problem('unknown_symbol', {
      detail: `${asset?.parkedWhy ?? 'No provider knows this symbol.'} It is asked for again at its next probe.`,
      headers,
      more: { next_probe_at: asset?.probeAt?.toISOString() ?? null },
    });
  }
  throw new Problem('no_price', {
    detail: `${failure?.detail ?? item?.detail ?? 'No provider gave a price'}; and none is stored. Try again; sources/status says what is wrong.`,
    headers,
    more: { chain: failure?.chain ?? item?.chain ?? [] },
  });
}

/** Several symbols: their quotes, and what became of those that failed. */
export async function fetchBatch(api: FetchApi, ask: FetchAsk, wish: RefreshBody): Promise<Answer> {
  const outcome = await fetchAll(api, ask, wish);
  if ('accepted' in outcome) return outcome.accepted;
  const { known, quotes } = outcome;
  const now = api.now();
  const view = known?.view;
  return {
    body: {
      refresh_id: known?.record.id ?? null,
      status: view?.status ?? 'success',
      quotes: [...new Set(wish.symbols)].flatMap((symbol) => {
        const stored = quotes.get(symbol);
        const failure = failureOf(known, symbol);
        return stored ? [quoteView(stored, now, failure ? { reason: reasonOf(failure) } : undefined)] : [];
      }) satisfies QuoteView[],
      failures: view && 'failures' in view ? view.failures : [],
    },
    headers: outcome.headers,
  };
}

/** What is fresh is answered from the store and creates nothing; else a refresh is started and waited for. */
async function fetchAll(
  api: FetchApi,
  ask: FetchAsk,
  wish: RefreshBody,
): Promise<(Fetched & { headers: Record<string, string> }) | { accepted: Answer }> {
  const symbols = wish.symbols ?? [];
  const what = { kind: 'symbols' as const, target: {} };
  await assertMayRefresh(api.pool, ask.who, { ...what, symbols });
  const held = await quotesOf(api, symbols);
  const now = api.now();
  const wantedS = wish.force_refresh ? 0 : (wish.max_age_s ?? null);
  if (symbols.every((symbol) => isFresh(held.get(symbol), now, wantedS))) {
    return { known: null, quotes: held, headers: {} };
  }
  const { accepted, headers } = await api.door.open({
    ...what,
    body: wish,
    who: ask.who,
    requestId: ask.requestId,
    remoteAddress: ask.remoteAddress,
  });
  const waitS = ask.waitS ?? WAIT_S;
  if (ask.waitS !== null) Object.assign(headers, { 'preference-applied': `wait=${waitS}`, vary: 'Prefer' });
  const known = await api.views.waitForEnd(accepted.refresh_id, waitS * 1_000, ask.gone);
  if (!known?.final) return { accepted: { status: 202, body: accepted, headers } };
  delete headers['retry-after'];
  return { known, quotes: await quotesOf(api, symbols), headers };
}

async function quotesOf({ pool }: Pick<Api, 'pool'>, symbols: string[]): Promise<Map<string, StoredQuote>> {
  return new Map((await latestQuotes(pool, symbols)).map((quote) => [quote.symbol, quote]));
}

function isFresh(quote: StoredQuote | undefined, now: Date, wantedS: number | null): boolean {
  if (!quote) return false;
  const calendar = calendarOf(quote.calendar ?? calendarIdOf(classOfSymbol(quote.symbol), quote.symbol));
  return reasonNotToAsk(quote, { calendar, now }, wantedS) !== null;
}

function failureOf(known: KnownView | null, symbol: string): ItemFailure | undefined {
  if (!known || !('failures' in known.view)) return undefined;
  return known.view.failures.find((failure) => failure.symbol === symbol);
}

function reasonOf({ kind, detail }: ItemFailure): string {
  return `${kind}: ${detail}`;
}
