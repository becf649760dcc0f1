import { z } from 'zod';
import { QuoteView } from '../quote.ts';
import { MarketSymbolText } from '../refresh.ts';
import { newOwner, operationsOf, pageOf, paging, pagingOfAll, userFilter, version, when } from './operation.ts';

const tag = 'Watchlists';
const name = z.string().trim().min(1).max(100);
const watchlistPath = z.strictObject({ watchlist_id: z.string().describe('A watchlist id (`wl_…`), or `default`') });

const itemPath = z.strictObject({ ...watchlistPath.shape, symbol: MarketSymbolText });

export const WatchlistView = z
  .strictObject({
    watchlist_id: z.string(),
    user_id: z.string().nullable().describe('Null: the default watchlist, which belongs to nobody'),
    name: z.string(),
    is_default: z.boolean(),
    symbols: z.array(z.string()),
    version,
    created_at: when,
  })
  .meta({ id: 'Watchlist' });
export type WatchlistView = z.infer<typeof WatchlistView>;

export const WatchlistItemView = z
  .strictObject({
    symbol: z.string(),
    name: z.string().nullable().describe('Null: not known yet'),
    status: z
      .enum(['pending', 'active', 'unverified', 'parked'])
      .describe('pending: no price is stored yet; parked: no provider knows the symbol'),
    added_at: when,
    quote: QuoteView.nullable(),
  })
  .meta({ id: 'WatchlistItem' });
export type WatchlistItemView = z.infer<typeof WatchlistItemView>;

export const watchlistOperations = operationsOf({
  'GET /api/v1/watchlists': {
    tag,
    summary: 'Watchlists; the role user sees its own and the default watchlist',
    query: z.strictObject({ ...paging, user_id: userFilter }),
    answers: { 200: pageOf(WatchlistView) },
  },
  'POST /api/v1/watchlists': {
    problems: ['not_found', 'forbidden', 'cap_reached'],
    tag,
    summary: 'Add a watchlist; at most 100 per user, with 2,000 different symbols in all',
    body: z.strictObject({
      name,
      user_id: newOwner,
      symbols: z.array(MarketSymbolText).max(500).optional(),
    }),
    answers: { 201: WatchlistView },
    creates: true,
  },
  'GET /api/v1/watchlists/{watchlist_id}': {
    tag,
    summary: 'One watchlist',
    path: watchlistPath,
    answers: { 200: WatchlistView },
  },
  'PATCH /api/v1/watchlists/{watchlist_id}': {
    problems: ['cap_reached'],
    tag,
    summary: 'Change the name of a watchlist, or replace its symbols (their order is kept)',
    path: watchlistPath,
    body: z.strictObject({ name: name.optional(), symbols: z.array(MarketSymbolText).max(500).optional() }),
    answers: { 200: WatchlistView },
    ifMatch: true,
  },
  'DELETE /api/v1/watchlists/{watchlist_id}': {
    problems: ['conflict'],
    tag,
    summary: 'Remove a watchlist',
    path: watchlistPath,
    answers: { 204: null },
    ifMatch: true,
  },
  'GET /api/v1/watchlists/{watchlist_id}/items': {
    tag,
    summary: 'The symbols of a watchlist with their quotes',
    path: watchlistPath,
    query: z.strictObject(pagingOfAll),
    answers: { 200: pageOf(WatchlistItemView) },
  },
  'POST /api/v1/watchlists/{watchlist_id}/items': {
    problems: ['conflict', 'forbidden', 'cap_reached'],
    headers: ['RateLimit', 'RateLimit-Policy'],
    tag,
    summary: 'Add a symbol to a watchlist; it is pending until the refresh that this starts brings a price',
    path: watchlistPath,
    body: z
      .strictObject({ stock_symbol: MarketSymbolText.optional(), symbol: MarketSymbolText.optional() })
      .refine((body) => (body.stock_symbol === undefined) !== (body.symbol === undefined), {
        message: 'name one symbol, in stock_symbol or in symbol',
        path: ['stock_symbol'],
      }),
    answers: {
      201: z.strictObject({
        ...WatchlistItemView.shape,
        refresh_id: z
          .string()
          .nullable()
          .describe('The refresh of the symbol; null: your limit is used up, or the queue is full'),
        status_url: z.string().nullable(),
      }),
    },
    creates: true,
  },
  'GET /api/v1/watchlists/{watchlist_id}/items/{symbol}': {
    tag,
    summary: 'One symbol of a watchlist with its quote',
    path: itemPath,
    answers: { 200: WatchlistItemView },
  },
  'DELETE /api/v1/watchlists/{watchlist_id}/items/{symbol}': {
    tag,
    summary: 'Remove a symbol from a watchlist',
    path: itemPath,
    answers: { 204: null },
  },
  'GET /api/v1/watchlists/{watchlist_id}/prices': {
    tag,
    summary:
      'Prices of a watchlist, and a cursor; with since, only those that changed and those of symbols added since then',
    path: watchlistPath,
    query: z.strictObject({
      since: z
        .string()
        .max(2_000)
        .optional()
        .describe('The cursor of the previous call, or a time (UTC if it names no zone)'),
      watchlist_id: z
        .string()
        .max(100)
        .optional()
        .describe('The same as in the path, for clients that also send it here'),
    }),
    answers: {
      200: z.strictObject({
        watchlist_id: z.string(),
        prices: z.array(QuoteView),
        pending: z.array(z.string()).describe('Symbols without a stored price'),
        cursor: z.string().describe('Send it as `since` in the next call'),
      }),
    },
  },
});
