import { MarketSymbolText, MAX_SYMBOLS } from '@freshet/contracts';
import { z } from 'zod';
import type { Api } from '../api.ts';
import { actorOf } from '../access/actor.ts';
import { routes } from '../http/ask.ts';
import { checkParameters } from '../http/check.ts';
import { Problem } from '../http/problem.ts';
import { explain } from '../market/explain.ts';
import { fetchBatch, fetchOne } from '../market/fetch.ts';
import { historyAnswer, historyCsv, historyOf } from '../market/historical.ts';
import { quoteView } from '../market/quote-view.ts';
import { sourcesStatus } from '../market/sources-status.ts';
import { watchlistNamed } from '../refreshes/may-refresh.ts';
import { start } from '../refreshes/start.ts';
import { writeAudit } from '@freshet/store';

const SymbolList = z.object({ symbols: z.array(MarketSymbolText).min(1, 'name at least one symbol').max(MAX_SYMBOLS) });

/** A comma separated list of symbols. @throws Problem invalid_request */
export function symbolList(text: string): string[] {
  const symbols = text.split(',').flatMap((each) => each.trim() || []);
  return [...new Set(checkParameters(SymbolList, { symbols }).symbols)];
}

/** Prices (stored, fetched, historical, explained) and the state of the providers. */
export function marketDataRoutes(api: Api) {
  async function latest(symbol: string) {
    const stored = await api.quotes.one(symbol);
    if (!stored)
      throw new Problem(
        'not_found',
        `No price of ${symbol} is stored. Fetch it first: GET /api/v1/market-data/fetch/${symbol}.`,
      );
    return { body: quoteView(stored, api.now()) };
  }

  return routes({
    'GET /api/v1/market-data/latest/{symbol}': ({ path: { symbol } }) => latest(symbol),

    'GET /api/v1/market-data/latest': async ({ query }) => {
      const symbols = symbolList(query.symbols);
      const now = api.now();
      const held = await api.quotes.of(symbols);
      return {
        body: {
          quotes: [...held.values()].map((quote) => quoteView(quote, now)),
          missing: symbols.filter((symbol) => !held.has(symbol)),
        },
      };
    },

    // HEAD must not start anything, so it answers from the store.
    'GET /api/v1/market-data/fetch/{symbol}': (ask) =>
      ask.request.method === 'HEAD' ? latest(ask.path.symbol) : fetchOne(api, ask, ask.path.symbol, ask.query),
    'POST /api/v1/market-data/fetch/batch': (ask) => fetchBatch(api, ask, ask.body),
    'POST /api/v1/market-data/fetch/async': (ask) =>
      start(api, ask, { kind: 'symbols', body: ask.body }, { task: true }),

    'GET /api/v1/market-data/historical/{symbol}': async ({ path: { symbol }, query }) => {
      if (query.format !== 'csv') return historyAnswer(api, symbol, query);
      const history = await historyOf(api, symbol, query);
      const name = symbol.replaceAll(/[^A-Z0-9.-]/g, '_');
      return {
        raw: historyCsv(history),
        type: 'text/csv; charset=utf-8',
        headers: { 'content-disposition': `attachment; filename="${name}.csv"` },
      };
    },

    'GET /api/v1/market-data/explain/{symbol}': async ({ path: { symbol }, who }) => {
      const mayRead = async ({ id, userId }: { id: string; userId: string | null }) =>
        who.role !== 'user' || userId === null || api.views.isCaller(id, who.userId);
      return { body: await explain(api, symbol, mayRead) };
    },

    'GET /api/v1/market-data/sources/status': async () => {
      return { body: sourcesStatus(await api.providers.all(), api.now()) };
    },

    'POST /api/v1/market-data/watchlist/refresh': async (ask) => {
      const { watchlist_id, ...body } = ask.body;
      const target = { watchlist_id: watchlistNamed(watchlist_id) };
      return start(api, ask, { kind: 'watchlist', target, body });
    },

    'POST /api/v1/market-data/portfolio/refresh': (ask) => start(api, ask, { kind: 'holdings', body: ask.body }),

    'POST /api/v1/market-data/cleanup': async (ask) => {
      await api.producer.ringMaintenance('cleanup');
      await writeAudit(api.pool, actorOf(ask), { action: 'cleanup.started', subject: null });
      const headers = { location: '/api/v1/scheduler/schedules/cleanup', 'retry-after': '5' };
      return { status: 202, body: { status: 'queued', task: 'cleanup' }, headers };
    },
  });
}
