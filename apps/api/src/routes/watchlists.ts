import { dayOrMoment, type OperationKey, type WatchlistItemView, type WatchlistView } from '@freshet/contracts/api';
import {
  addToWatchlist,
  changedQuotes,
  changeWatchlist,
  createWatchlist,
  deleteWatchlist,
  findWatchlist,
  isSnapshot,
  listWatchlists,
  removeFromWatchlist,
  type StoredQuote,
  userExists,
  type WatchlistItemRow,
  watchlistItems,
  type WatchlistRow,
} from '@freshet/store';
import { actorOf } from '../access/actor.ts';
import type { Api } from '../api.ts';
import { type Ask, routes } from '../http/ask.ts';
import { tagOfVersion } from '../http/etag.ts';
import { madeBefore } from '../http/idempotency.ts';
import { pageAnswer, pageAsk, pageOfAll } from '../http/pages.ts';
import { Problem } from '../http/problem.ts';
import { changeVersion, isThere } from '../http/versions.ts';
import { quoteView } from '../market/quote-view.ts';
import { openAlong } from '../refreshes/open-along.ts';

type Visible = Pick<Ask<OperationKey>, 'who' | 'reach'>;

/** Watchlists, their items and their prices. */
export function watchlistRoutes(api: Api) {
  /** A watchlist that the caller may read, or change. Everybody may read the default one; changing it takes reach `any`. */
  async function visible(id: string, { who, reach }: Visible, toChange = false): Promise<WatchlistRow> {
    const row = await findWatchlist(api.pool, id);
    const own = row?.userId === who.userId;
    if (!row || (reach === 'own' && !own && row.userId !== null)) {
      throw new Problem('not_found', 'There is no such watchlist.');
    }
    if (toChange && reach === 'own' && !own) {
      throw new Problem('forbidden', 'Your role may not change the default watchlist. Make a watchlist of your own.');
    }
    return row;
  }

  return routes({
    'GET /api/v1/watchlists': async ({ who, reach, query, request }) => {
      const { limit, after } = pageAsk(query, 'text');
      const wanted = query.user_id === 'me' ? who.userId : (query.user_id ?? null);
      const userId = reach === 'own' ? who.userId : wanted;
      const rows = await listWatchlists(api.pool, { userId, after: after?.[0], limit: limit + 1 });
      return pageAnswer(rows, { limit, url: request.originalUrl }, watchlistView, ({ id }) => [id]);
    },

    'POST /api/v1/watchlists': async (ask) => {
      const { name, user_id, symbols = [] } = ask.body;
      const userId = user_id === undefined || user_id === 'me' ? ask.who.userId : user_id;
      const foreign = userId !== ask.who.userId;
      if (foreign && (ask.reach === 'own' || !(await userExists(api.pool, userId)))) {
        throw new Problem('not_found', 'There is no such user.');
      }
      const before = madeBefore(ask, 'watchlist.created');
      const row =
        (before && (await findWatchlist(api.pool, before))) ||
        (await createWatchlist(api.pool, { userId, name, symbols }, actorOf(ask)));
      return {
        status: 201,
        body: watchlistView(row),
        headers: { location: `/api/v1/watchlists/${row.id}`, etag: tagOfVersion(row.version) },
      };
    },

    'GET /api/v1/watchlists/{watchlist_id}': async (ask) => {
      const row = await visible(ask.path.watchlist_id, ask);
      return { body: watchlistView(row), etag: tagOfVersion(row.version) };
    },

    'PATCH /api/v1/watchlists/{watchlist_id}': async (ask) => {
      const list = await visible(ask.path.watchlist_id, ask, true);
      const ifMatch = ask.request.headers['if-match'];
      const row = isThere(ifMatch, ask.body, watchlistView(list))
        ? list
        : await changeVersion(ifMatch, {
            change: (expected) => changeWatchlist(api.pool, list, expected, ask.body, actorOf(ask)),
            current: () => findWatchlist(api.pool, list.id),
            show: watchlistView,
          });
      return { body: watchlistView(row), headers: { etag: tagOfVersion(row.version) } };
    },

    'DELETE /api/v1/watchlists/{watchlist_id}': async (ask) => {
      const { id, isDefault } = await visible(ask.path.watchlist_id, ask, true);
      if (isDefault)
        throw new Problem('conflict', 'The default watchlist cannot be removed, because schedules refresh it.');
      await changeVersion(ask.request.headers['if-match'], {
        change: (expected) => deleteWatchlist(api.pool, id, expected, actorOf(ask)),
        current: () => findWatchlist(api.pool, id),
        show: watchlistView,
      });
      return { status: 204 };
    },

    'GET /api/v1/watchlists/{watchlist_id}/items': async (ask) => {
      const { id } = await visible(ask.path.watchlist_id, ask);
      const items = await watchlistItems(api.pool, id);
      const quotes = await api.quotes.of(items.map(({ symbol }) => symbol));
      const now = api.now();
      const all = items.map((item) => itemView(item, quotes.get(item.symbol), now));
      return pageOfAll(all, { query: ask.query, url: ask.request.originalUrl }, ({ symbol }) => symbol);
    },

    'POST /api/v1/watchlists/{watchlist_id}/items': async (ask) => {
      const list = await visible(ask.path.watchlist_id, ask, true);
      const symbol = ask.body.stock_symbol ?? ask.body.symbol ?? '';
      const before = madeBefore(ask, 'watchlist.symbol_added');
      if (!before && !(await addToWatchlist(api.pool, list, symbol, actorOf(ask)))) {
        throw new Problem('conflict', `${symbol} is on this watchlist already.`);
      }
      const body = { symbols: [symbol], reason: 'added to a watchlist' };
      const opened = await openAlong(api, ask, { kind: 'symbols', target: {}, body });
      const refresh = opened?.accepted;
      const { 'retry-after': _later, ...limits } = opened?.headers ?? {};
      return {
        status: 201,
        body: {
          symbol,
          name: null,
          status: 'pending',
          added_at: api.now().toISOString(),
          quote: null,
          refresh_id: refresh?.refresh_id ?? null,
          status_url: refresh?.status_url ?? null,
        },
        headers: { ...limits, location: `/api/v1/watchlists/${list.id}/items/${encodeURIComponent(symbol)}` },
      };
    },

    'GET /api/v1/watchlists/{watchlist_id}/items/{symbol}': async (ask) => {
      const { id } = await visible(ask.path.watchlist_id, ask);
      const { symbol } = ask.path;
      const item = (await watchlistItems(api.pool, id)).find((each) => each.symbol === symbol);
      if (!item) throw new Problem('not_found', `${symbol} is not on this watchlist.`);
      const quotes = await api.quotes.of([symbol]);
      return { body: itemView(item, quotes.get(symbol), api.now()) };
    },

    'DELETE /api/v1/watchlists/{watchlist_id}/items/{symbol}': async (ask) => {
      const { id } = await visible(ask.path.watchlist_id, ask, true);
      if (!(await removeFromWatchlist(api.pool, id, ask.path.symbol, actorOf(ask)))) {
        throw new Problem('not_found', `${ask.path.symbol} is not on this watchlist.`);
      }
      return { status: 204 };
    },

    'GET /api/v1/watchlists/{watchlist_id}/prices': async (ask) => {
      const { id } = await visible(ask.path.watchlist_id, ask);
      const { watchlist_id: again = ask.path.watchlist_id } = ask.query;
      if (again !== ask.path.watchlist_id) {
        const detail = 'differs from the one in the path';
        throw new Problem('invalid_request', {
          detail: `watchlist_id: ${detail}.`,
          errors: [{ parameter: 'watchlist_id', detail }],
        });
      }
      const since = sinceOf(ask.query.since);
      const { quotes, pending, cursor } = await changedQuotes(api.pool, id, since);
      const now = api.now();
      return {
        body: {
          watchlist_id: id,
          prices: quotes.map((quote) => quoteView(quote, now)),
          pending,
          cursor,
        },
      };
    },
  });
}

function watchlistView(row: WatchlistRow): WatchlistView {
  return {
    watchlist_id: row.id,
    user_id: row.userId,
    name: row.name,
    is_default: row.isDefault,
    symbols: row.symbols,
    version: row.version,
    created_at: row.createdAt.toISOString(),
  };
}

function itemView(
  { symbol, name, addedAt, status }: WatchlistItemRow,
  quote: StoredQuote | undefined,
  now: Date,
): WatchlistItemView {
  return {
    symbol,
    name,
    status: !quote && status !== 'parked' ? 'pending' : ((status ?? 'unverified') as WatchlistItemView['status']),
    added_at: addedAt.toISOString(),
    quote: quote ? quoteView(quote, now) : null,
  };
}

/** A time without a zone, as Python's `isoformat()` writes it. */
const WITHOUT_ZONE = /T[\d:.]+$/;

/** Reads `since`: a cursor of an earlier answer, or a time. @throws Problem invalid_request */
function sinceOf(text: string | undefined): Parameters<typeof changedQuotes>[2] {
  if (text === undefined) return null;
  if (isSnapshot(text)) return { snapshot: text };
  const time = WITHOUT_ZONE.test(text) ? `${text}Z` : text;
  if (dayOrMoment.safeParse(time).success) return { after: new Date(time) };
  throw new Problem('invalid_request', {
    detail: 'since: is neither a cursor of an earlier answer nor a time such as 2026-01-31T09:30:00Z.',
    errors: [{ parameter: 'since', detail: 'is neither a cursor nor a time' }],
  });
}
