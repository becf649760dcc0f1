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
    force_refresh: z.boolean().optional(),
    max_age_s: RefreshBody.shape.max_age_s,
    deadline_s: RefreshBody.shape.deadline_s,
    callback_url: RefreshBody.shape.callback_url,
    reason: RefreshBody.shape.reason,
  })
  .meta({ id: 'FetchBody' });

export const BatchResult = z
  .strictObject({
    refresh_id: z.string().nullable().describe('Null when all of them were fresh, so that nothing was started'),
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
  force_refresh: flag.optional(),
  max_age_s: whole(0, 7 * 86_400).optional(),
});

export const marketDataOperations = operationsOf({
  'GET /api/v1/market-data/latest/{symbol}': {
    tag,
    summary: 'The latest good quote that is stored',
    path: symbolPath,
    answers: { 200: QuoteView },
    aliases: ['/api/market-data/latest/{symbol}'],
  },
  'GET /api/v1/market-data/latest': {
    tag,
    summary: 'The latest good quotes of several symbols',
    query: z.strictObject({ symbols: z.string().max(16_500).describe('A,B,C') }),
    answers: {
      200: z.strictObject({ quotes: z.array(QuoteView), missing: z.array(z.string()) }),
    },
    aliases: ['/api/market-data/latest'],
  },
  'GET /api/v1/market-data/fetch/{symbol}': {
    problems: ['unknown_symbol', 'no_price'],
    headers: ['X-Refresh-Id'],
    tag,
    summary: 'A fresh quote: from the store when it is young enough, else asked for and waited for',
    description:
      'Waits 30 s (Prefer: wait=N for another time), then answers 202; while providers are down, with the last good price or no_price.',
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
      'Waits 30 s (Prefer: wait=N for another time), then answers 202; while providers are down, with the last good prices and the status so far.',
    body: FetchBody,
    answers: { 200: BatchResult, 202: RefreshAccepted },
    creates: true,
    refreshes: true,
    aliases: ['/api/market-data/fetch/batch'],
  },
  'POST /api/v1/market-data/fetch/async': {
    tag,
    summary: 'The same without waiting: task_id is the refresh id',
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
    summary: 'Daily bars, 15 min bars made of the series, or the series of stored quotes',
    path: symbolPath,
    query: z.strictObject({
      from: dayOrMoment.optional().describe('Default: two years (1d), seven days (15m) or a day (raw) before `to`'),
      to: dayOrMoment.optional().describe('Default: now'),
      interval: z.enum(['1d', '15m', 'raw']).optional(),
      adjusted: flag.optional().describe('Prices on the basis of today: splits and dividends taken out'),
      format: z.enum(['json', 'csv']).optional(),
    }),
    answers: { 200: Historical },
    aliases: ['/api/market-data/historical/{symbol}'],
  },
  'GET /api/v1/market-data/explain/{symbol}': {
    tag,
    summary: 'Why this price is what it is',
    path: symbolPath,
    answers: { 200: Explanation },
    aliases: ['/api/market-data/explain/{symbol}'],
  },
  'GET /api/v1/market-data/sources/status': {
    tag,
    summary: 'The providers: health, quota, forecasts',
    answers: { 200: SourcesStatus },
    aliases: ['/api/market-data/sources/status'],
  },
  'POST /api/v1/market-data/watchlist/refresh': {
    tag,
    summary: 'Refresh the symbols of a watchlist',
    body: RefreshBody.extend({
      watchlist_id: z.string().max(100).optional().describe('Default: the default watchlist'),
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
    summary: 'Refresh what active portfolios hold; a user: the own ones',
    body: RefreshBody,
    answers: started,
    creates: true,
    refreshes: true,
    aliases: ['/api/market-data/portfolio/refresh'],
  },
  'POST /api/v1/market-data/cleanup': {
    tag,
    summary: 'Apply the retention now',
    answers: { 202: z.strictObject({ status: z.literal('queued'), task: z.string() }) },
    creates: true,
    aliases: ['/api/market-data/cleanup'],
  },
});

export const MOST_LATEST = MAX_SYMBOLS;
