import { z } from 'zod';
import { ProviderStatus } from '../provider-status.ts';
import { QuoteView } from '../quote.ts';
import { ItemFailure, MarketSymbolText, MAX_SYMBOLS, RefreshAccepted, RefreshBody, RefreshResult } from '../refresh.ts';
import { REFRESH_STATUSES } from '../vocabulary.ts';
import { Explanation } from './explanation.ts';
import { Historical } from './historical.ts';
import { dayOrMoment, flag, operationsOf, when, whole } from './operation.ts';

const tag = 'Market data';
const symbolPath = z.strictObject({ symbol: MarketSymbolText });
const started = { 202: RefreshAccepted, 200: RefreshResult };

export const FetchBody = z
  .strictObject({
    symbols: RefreshBody.shape.symbols.unwrap(),
    force_refresh: RefreshBody.shape.force_refresh,
    max_age_s: RefreshBody.shape.max_age_s,
    deadline_s: RefreshBody.shape.deadline_s,
    callback_url: RefreshBody.shape.callback_url,
    reason: RefreshBody.shape.reason,
  })
  .meta({ id: 'FetchBody' });

export const BatchResult = z
  .strictObject({
    refresh_id: z.string().nullable().describe('Null if every price was fresh, so that no refresh was started'),
    status: z.enum(REFRESH_STATUSES),
    quotes: z.array(QuoteView),
    failures: z.array(ItemFailure),
  })
  .meta({ id: 'BatchResult' });

export const SourcesStatus = z
  .strictObject({
    overall: z.strictObject({
      health: z.enum(['healthy', 'degraded', 'down']),
      detail: z.string(),
      enabled: z.int(),
      healthy: z.int(),
    }),
    sources: z.array(z.looseObject({ ...ProviderStatus.shape, updated_at: when })),
  })
  .meta({ id: 'SourcesStatus' });

const waitQuery = z.strictObject({
  force_refresh: flag.optional().describe('true: the same as max_age_s=0'),
  max_age_s: whole(0, 7 * 86_400)
    .optional()
    .describe('How old the price may be, in seconds; default: by the freshness policy'),
});

export const marketDataOperations = operationsOf({
  'GET /api/v1/market-data/latest/{symbol}': {
    tag,
    summary: 'The latest good stored quote of a symbol',
    path: symbolPath,
    answers: { 200: QuoteView },
    aliases: ['/api/market-data/latest/{symbol}'],
  },
  'GET /api/v1/market-data/latest': {
    tag,
    summary: 'The latest good stored quotes of several symbols',
    query: z.strictObject({ symbols: z.string().max(16_500).describe('1 to 500 symbols, separated by commas') }),
    answers: {
      200: z.strictObject({
        quotes: z.array(QuoteView),
        missing: z.array(z.string()).describe('Symbols without a stored price'),
      }),
    },
    aliases: ['/api/market-data/latest'],
  },
  'GET /api/v1/market-data/fetch/{symbol}': {
    problems: ['unknown_symbol', 'no_price'],
    headers: ['X-Refresh-Id'],
    tag,
    summary: 'A fresh quote: the stored one if it is young enough, else a new one from a provider',
    description:
      'Starts a refresh if needed and waits up to 30 s for it (Prefer: wait=N: up to N seconds), then answers 202. While providers are down it answers with the last good price, or with no_price if none is stored. HEAD starts nothing.',
    path: symbolPath,
    query: waitQuery,
    answers: { 200: QuoteView, 202: RefreshAccepted },
    refreshes: true,
    aliases: ['/api/market-data/fetch/{symbol}'],
  },
  'POST /api/v1/market-data/fetch/batch': {
    headers: ['X-Refresh-Id'],
    tag,
    summary: 'Fresh quotes of several symbols',
    description:
      'Starts a refresh if needed and waits up to 30 s for it (Prefer: wait=N: up to N seconds), then answers 202. While providers are down it answers with the last good prices and the status so far.',
    body: FetchBody,
    answers: { 200: BatchResult, 202: RefreshAccepted },
    creates: true,
    refreshes: true,
    aliases: ['/api/market-data/fetch/batch'],
  },
  'POST /api/v1/market-data/fetch/async': {
    tag,
    summary: 'Start a refresh of several symbols without waiting; task_id is its refresh id',
    body: FetchBody,
    answers: started,
    creates: true,
    refreshes: true,
    aliases: ['/api/market-data/fetch/async'],
  },
  'GET /api/v1/market-data/historical/{symbol}': {
    problems: ['unknown_symbol'],
    headers: ['Content-Disposition'],
    alsoAs: 'text/csv',
    tag,
    summary: 'History of a symbol: daily bars, 15-minute bars, or every stored quote',
    path: symbolPath,
    query: z.strictObject({
      from: dayOrMoment.optional().describe('Default: two years (1d), seven days (15m) or a day (raw) before `to`'),
      to: dayOrMoment.optional().describe('Default: now'),
      interval: z
        .enum(['1d', '15m', 'raw'])
        .optional()
        .describe('1d (default): daily bars; 15m: bars made from stored quotes; raw: the stored quotes'),
      adjusted: flag.optional().describe('true: daily prices are adjusted for later splits and dividends'),
      format: z.enum(['json', 'csv']).optional().describe('Default: json'),
    }),
    answers: { 200: Historical },
    aliases: ['/api/market-data/historical/{symbol}'],
  },
  'GET /api/v1/market-data/explain/{symbol}': {
    tag,
    summary:
      'Where the price of a symbol comes from: providers tried, checks, conversions, and the refresh that stored it',
    path: symbolPath,
    answers: { 200: Explanation },
    aliases: ['/api/market-data/explain/{symbol}'],
  },
  'GET /api/v1/market-data/sources/status': {
    tag,
    summary: 'The providers: health, quota and forecasts',
    answers: { 200: SourcesStatus },
    aliases: ['/api/market-data/sources/status'],
  },
  'POST /api/v1/market-data/watchlist/refresh': {
    tag,
    summary: 'Refresh the symbols of a watchlist',
    body: RefreshBody.extend({
      watchlist_id: z.string().max(100).optional().describe('A watchlist id; default: the default watchlist'),
    }).meta({
      id: 'WatchlistRefreshBody',
    }),
    answers: started,
    creates: true,
    refreshes: true,
    aliases: ['/api/market-data/watchlist/refresh'],
  },
  'POST /api/v1/market-data/portfolio/refresh': {
    tag,
    summary: 'Refresh what all active portfolios hold; the role user: what the own ones hold',
    body: RefreshBody,
    answers: started,
    creates: true,
    refreshes: true,
    aliases: ['/api/market-data/portfolio/refresh'],
  },
  'POST /api/v1/market-data/cleanup': {
    tag,
    summary: 'Run the daily cleanup (retention of old data) now',
    answers: { 202: z.strictObject({ status: z.literal('queued'), task: z.string() }) },
    creates: true,
    aliases: ['/api/market-data/cleanup'],
  },
});

export const MOST_LATEST = MAX_SYMBOLS;
