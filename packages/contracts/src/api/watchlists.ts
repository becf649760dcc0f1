import { z } from 'zod';
import { QuoteView } from '../quote.ts';
import { MarketSymbolText } from '../refresh.ts';
import { operationsOf, pageOf, paging, pagingOfAll, version, when } from './operation.ts';

const tag = 'Watchlists';
const name = z.string().trim().min(1).max(100);
const watchlistPath = z.strictObject({ watchlist_id: z.string().describe('or `default`') });

const itemPath = z.strictObject({ ...watchlistPath.shape, symbol: MarketSymbolText });

export const WatchlistView = z
  .strictObject({
    watchlist_id: z.string(),
    user_id: z.string().nullable().describe("Null for the default one, which is everybody's"),
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
    name: z.string().nullable().describe('null: nobody has said yet'),
    status: z.enum(['pending', 'active', 'unverified', 'parked']).describe('pending: no price yet, one is on its way'),
    added_at: when,
    quote: QuoteView.nullable(),
  })
  .meta({ id: 'WatchlistItem' });
export type WatchlistItemView = z.infer<typeof WatchlistItemView>;

export const watchlistOperations = operationsOf({
  'GET /api/v1/watchlists': {
    tag,
    summary: 'Watchlists: the default one and the own ones; staff see all',
    query: z.strictObject({ ...paging, user_id: z.string().max(100).optional() }),
    answers: { 200: pageOf(WatchlistView) },
  },
  'POST /api/v1/watchlists': {
    problems: ['not_found', 'forbidden', 'cap_reached'],
    tag,
    summary: 'Add a watchlist; at most 100 of a person, with 2,000 different symbols',
    body: z.strictObject({
      name,
      user_id: z.string().max(100).optional().describe('Default: oneself'),
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
    summary: 'Change a watchlist: its name, or all its symbols in their order',
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
    summary: 'Its symbols with their quotes',
    path: watchlistPath,
    query: z.strictObject(pagingOfAll),
    answers: { 200: pageOf(WatchlistItemView) },
  },
  'POST /api/v1/watchlists/{watchlist_id}/items': {
    problems: ['conflict', 'forbidden', 'cap_reached'],
    headers: ['RateLimit', 'RateLimit-Policy'],
    tag,
    summary: 'Add a symbol: answered at once as pending, with a refresh on its way',
    path: watchlistPath,
    body: z
      .strictObject({ stock_symbol: MarketSymbolText.optional(), symbol: MarketSymbolText.optional() })
      .refine((body) => (body.stock_symbol === undefined) !== (body.symbol === undefined), {
        message: 'name one symbol, as stock_symbol',
        path: ['stock_symbol'],
      }),
    answers: {
      201: z.strictObject({
        ...WatchlistItemView.shape,
        refresh_id: z.string().nullable(),
        status_url: z.string().nullable(),
      }),
    },
    creates: true,
  },
  'GET /api/v1/watchlists/{watchlist_id}/items/{symbol}': {
    tag,
    summary: 'One of its symbols with its quote',
    path: itemPath,
    answers: { 200: WatchlistItemView },
  },
  'DELETE /api/v1/watchlists/{watchlist_id}/items/{symbol}': {
    tag,
    summary: 'Take a symbol off the list',
    path: itemPath,
    answers: { 204: null },
  },
  'GET /api/v1/watchlists/{watchlist_id}/prices': {
    tag,
    summary:
      'Prices; with since, only those that changed or whose symbols came to the list, and a cursor for the next call',
    path: watchlistPath,
    query: z.strictObject({
      since: z
        .string()
        .max(2_000)
        .optional()
        .describe('The cursor of the call before, or a time: UTC where it names no zone'),
      watchlist_id: z.string().max(100).optional().describe('As in the path, for clients that say it twice'),
    }),
    answers: {
      200: z.strictObject({
        watchlist_id: z.string(),
        prices: z.array(QuoteView),
        pending: z.array(z.string()).describe('Symbols without a price yet'),
        cursor: z.string(),
      }),
    },
  },
});
