import { reasonNotToAsk } from '@freshet/calendar';
import {
  MAX_SYMBOLS,
  type QuoteView,
  type RefreshAccepted,
  type RefreshBody,
  staleReason,
  type TriedProvider,
} from '@freshet/contracts';
import type { OperationKey } from '@freshet/contracts/api';
import { quoteContextOf } from '@freshet/refresh';
import { findAsset, type ItemRow, latestQuotes, listItems, type StoredQuote } from '@freshet/store';
import type { Api } from '../api.ts';
import type { Answer } from '../http/answer.ts';
import type { Ask } from '../http/ask.ts';
import { Problem } from '../http/problem.ts';
import { callbackOf } from '../refreshes/door.ts';
import { assertMayRefresh } from '../refreshes/may-refresh.ts';
import type { KnownView } from '../refreshes/views.ts';
import { batchFailures } from './batch-failures.ts';
import { quoteView } from './quote-view.ts';
import { whileDown } from './while-down.ts';

/** How long a fetch waits when the caller prefers nothing. */
const WAIT_S = 30;

type FetchApi = Pick<Api, 'pool' | 'door' | 'views' | 'now'>;
type FetchAsk = Pick<Ask<OperationKey>, 'who' | 'requestId' | 'remoteAddress' | 'waitS' | 'gone' | 'once'>;

interface Fetched {
  /** The refresh that was started, and has ended unless providers are down; null: everything was fresh, nothing was started. */
  known: KnownView | null;
  /** What became of each symbol in it. */
  items: Map<string, ItemRow>;
  quotes: Map<string, StoredQuote>;
  /** How old a price was allowed to be; null: what the policy says. */
  wantedS: number | null;
  headers: Record<string, string>;
}

/** The 202, when time is up. */
type Accepted = { status: 202; body: RefreshAccepted; headers: Record<string, string> };

/** Skipped for these reasons, the price in our hands is as good as it should be. */
const CONTENT: readonly (string | null)[] = ['fresh', 'market_closed'];

/** One symbol: its quote, or why there is none. */
export async function fetchOne(api: FetchApi, ask: FetchAsk, symbol: string, wish: RefreshBody): Promise<Answer> {
  const outcome = await fetchAll(api, ask, { ...wish, symbols: [symbol] });
  if ('accepted' in outcome) return outcome.accepted;
  const { quotes, items, headers } = outcome;
  const stored = quotes.get(symbol);
  const item = items.get(symbol);
  if (stored) return { body: quoteView(stored, api.now(), staleness(stored, outcome, api.now())), headers };
  if (item?.reason === 'unknown_symbol' || item?.reason === 'parked') {
    const asset = await findAsset(api.pool, symbol);
    throw new Problem('unknown_symbol', {
      detail: `${item.detail ?? 'No provider knows this symbol'}.`.replace('..', '.'),
      headers,
      more: { next_probe_at: asset?.probeAt?.toISOString() ?? null, chain: item.chain ?? [] },
    });
  }
  throw new Problem('no_price', {
    detail: `${item?.detail ?? unplanned(outcome) ?? 'No provider gave a price'}, and none is stored. Try again; sources/status says what is wrong.`,
    headers,
    more: { chain: item?.chain ?? [] },
  });
}

/** Several symbols: their quotes, and what became of those that failed or have none. */
export async function fetchBatch(api: FetchApi, ask: FetchAsk, wish: RefreshBody): Promise<Answer> {
  const outcome = await fetchAll(api, ask, wish);
  if ('accepted' in outcome) return outcome.accepted;
  const { known, quotes, headers } = outcome;
  const now = api.now();
  const view = (symbol: string): QuoteView[] => {
    const stored = quotes.get(symbol);
    return stored ? [quoteView(stored, now, staleness(stored, outcome, now))] : [];
  };
  const symbols = [...new Set(wish.symbols)];
  const failures = batchFailures(symbols, { ...outcome, now }, unplanned(outcome));
  const ended = known?.view.status ?? 'success';
  // A refresh that had nothing to ask for ends well; who asked for these symbols has them or not.
  const status = ended !== 'success' || failures.length === 0 ? ended : quotes.size > 0 ? 'partial' : 'failed';
  return {
    body: { refresh_id: known?.record.id ?? null, status, quotes: symbols.flatMap(view), failures },
    headers,
    effectless: known === null,
  };
}

/** Why no newer price could be had; undefined when this is as new as was asked for. */
function staleness(stored: StoredQuote, fetched: Fetched, now: Date): { reason: string } | null | undefined {
  const { known, items, wantedS } = fetched;
  if (!known) return undefined;
  // An answer that came after the request counts, whoever's call brought it.
  if (stored.fetchedAt >= known.record.acceptedAt) return null;
  const item = items.get(stored.symbol);
  if (!item) return isFresh(stored, now, wantedS) ? null : { reason: unplanned(fetched) ?? 'not asked for' };
  if (item.state === 'updated' || CONTENT.includes(item.reason)) return null;
  return { reason: staleReason({ ...item, chain: item.chain as TriedProvider[] | null }) };
}

/** Why a refresh has no items: it ended before anybody planned it (cancelled, past its deadline, given up). */
function unplanned({ known }: Pick<Fetched, 'known'>): string | null {
  return known && `${known.record.status}: ${known.record.endReason ?? 'it ended before it was planned'}`;
}

/**
 * What is fresh is answered from the store and creates nothing; else a refresh is started and waited for. While providers are down it may take
 * longer than whoever prefers nothing waits: they are told what there is, and where the refresh can be followed.
 */
async function fetchAll(api: FetchApi, ask: FetchAsk, wish: RefreshBody): Promise<Fetched | { accepted: Accepted }> {
  const symbols = wish.symbols ?? [];
  const what = { kind: 'symbols' as const, target: {} };
  await assertMayRefresh(api.pool, ask.who, { ...what, symbols });
  // Also when nothing will be started: whether a body is right must not depend on the age of prices.
  if (wish.callback_url !== undefined) await callbackOf(api.pool, wish.callback_url, ask.who);
  const held = await quotesOf(api, symbols);
  const now = api.now();
  const wantedS = wish.force_refresh ? 0 : (wish.max_age_s ?? null);
  const begun = Object.keys(ask.once?.effects ?? {}).length > 0;
  if (!begun && symbols.every((symbol) => isFresh(held.get(symbol), now, wantedS))) {
    return { known: null, items: new Map(), quotes: held, wantedS, headers: {} };
  }
  const { accepted, headers } = await api.door.open({
    ...what,
    body: wish,
    who: ask.who,
    requestId: ask.requestId,
    remoteAddress: ask.remoteAddress,
    once: ask.once,
  });
  const waitS = ask.waitS ?? WAIT_S;
  if (ask.waitS !== null) Object.assign(headers, { 'preference-applied': `wait=${waitS}`, vary: 'Prefer' });
  const known = await api.views.waitForEnd(accepted.refresh_id, waitS * 1_000, ask.gone);
  const later = { accepted: { status: 202 as const, body: accepted, headers } };
  if (!known || (!known.final && ask.waitS !== null)) return later;
  const settled = await itemsOf(api, accepted.refresh_id);
  const items = known.final ? settled : await whileDown(api.pool, symbols, settled);
  if (!items) return later;
  ended(headers, accepted.refresh_id);
  return { known, items, quotes: await quotesOf(api, symbols), wantedS, headers };
}

/** Of an answer that nobody has to come back for. */
function ended(headers: Record<string, string>, refreshId: string): void {
  delete headers['retry-after'];
  headers['x-refresh-id'] = refreshId;
}

async function itemsOf({ pool }: Pick<Api, 'pool'>, refreshId: string): Promise<Map<string, ItemRow>> {
  const items = await listItems(pool, refreshId, { limit: MAX_SYMBOLS });
  return new Map(items.map((item) => [item.subject, item]));
}

async function quotesOf({ pool }: Pick<Api, 'pool'>, symbols: string[]): Promise<Map<string, StoredQuote>> {
  return new Map((await latestQuotes(pool, symbols)).map((quote) => [quote.symbol, quote]));
}

function isFresh(quote: StoredQuote | undefined, now: Date, wantedS: number | null): boolean {
  if (!quote) return false;
  return reasonNotToAsk(quote, quoteContextOf(quote.symbol, quote, now), wantedS) !== null;
}
