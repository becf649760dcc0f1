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

/** How long a fetch waits without Prefer: wait. */
const WAIT_S = 30;

type FetchApi = Pick<Api, 'pool' | 'door' | 'views' | 'now'>;
type FetchAsk = Pick<Ask<OperationKey>, 'who' | 'requestId' | 'remoteAddress' | 'waitS' | 'gone' | 'once'>;

interface Fetched {
  /** The refresh that was started; it has ended, unless providers are down. Null: everything was fresh, so none was started. */
  known: KnownView | null;
  /** The item of each symbol in that refresh. */
  items: Map<string, ItemRow>;
  quotes: Map<string, StoredQuote>;
  /** How old a price may be, in seconds; null: by the freshness policy. */
  wantedS: number | null;
  headers: Record<string, string>;
}

/** The answer if the refresh doesn't end in time. */
type Accepted = { status: 202; body: RefreshAccepted; headers: Record<string, string> };

/** An item skipped for one of these reasons has as fresh a price as there should be. */
const CONTENT: readonly (string | null)[] = ['fresh', 'market_closed'];

/** Answers the quote of one symbol. @throws Problem unknown_symbol, no_price */
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
    detail: `${item?.detail ?? unplanned(outcome) ?? 'No provider gave a price'}, and none is stored. Try again after Retry-After seconds; /api/v1/market-data/sources/status shows which providers fail.`,
    headers,
    more: { chain: item?.chain ?? [] },
  });
}

/** Answers the quotes of several symbols, with a failure for each symbol that failed or has no price. */
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
  // A refresh may succeed without having fetched anything; the status of a batch says whether its symbols have prices.
  const status = ended !== 'success' || failures.length === 0 ? ended : quotes.size > 0 ? 'partial' : 'failed';
  return {
    body: { refresh_id: known?.record.id ?? null, status, quotes: symbols.flatMap(view), failures },
    headers,
    effectless: known === null,
  };
}

/** Why there is no newer price. Null: the price is as new as was asked for; undefined: nothing was fetched, so the stored reason applies. */
function staleness(stored: StoredQuote, fetched: Fetched, now: Date): { reason: string } | null | undefined {
  const { known, items, wantedS } = fetched;
  if (!known) return undefined;
  // A price that was fetched after the request was accepted counts, even by the call of another refresh.
  if (stored.fetchedAt >= known.record.acceptedAt) return null;
  const item = items.get(stored.symbol);
  if (!item) return isFresh(stored, now, wantedS) ? null : { reason: unplanned(fetched) ?? 'not asked for' };
  if (item.state === 'updated' || CONTENT.includes(item.reason)) return null;
  return { reason: staleReason({ ...item, chain: item.chain as TriedProvider[] | null }) };
}

/** Why a refresh has no items: it ended before it was planned (cancelled, past its deadline, given up). */
function unplanned({ known }: Pick<Fetched, 'known'>): string | null {
  return known && `${known.record.status}: ${known.record.endReason ?? 'it ended before it was planned'}`;
}

/**
 * If every price is fresh, answers from the store and creates nothing; else starts a refresh and waits for it. While providers are down the refresh
 * may outlast the default wait: callers without Prefer: wait then get the stored prices, and the address of the refresh.
 */
async function fetchAll(api: FetchApi, ask: FetchAsk, wish: RefreshBody): Promise<Fetched | { accepted: Accepted }> {
  const symbols = wish.symbols ?? [];
  const what = { kind: 'symbols' as const, target: {} };
  await assertMayRefresh(api.pool, ask.who, { ...what, symbols });
  // Checked even if no refresh will be started: whether a body is valid must not depend on the age of prices.
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

/** Adapts the headers to a final answer. */
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
