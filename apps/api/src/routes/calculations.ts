import type { AssetView, StrategyView } from '@freshet/contracts/api';
import { DEFAULT_BENCHMARK } from '@freshet/market';
import { newAssetOf } from '@freshet/refresh';
import {
  type AssetRow,
  changeStrategy,
  createStrategy,
  deleteStrategy,
  findAsset,
  findStrategy,
  latestQuotes,
  listAllocations,
  listAssets,
  listIndexes,
  listIndexValues,
  listMetrics,
  listSignals,
  listStrategies,
  type StrategyRow,
} from '@freshet/store';
import { actorOf } from '../access/actor.ts';
import type { Api } from '../api.ts';
import { routes } from '../http/ask.ts';
import { tagOfVersion } from '../http/etag.ts';
import { madeBefore } from '../http/idempotency.ts';
import { pageAnswer, pageAsk, pageOfAll } from '../http/pages.ts';
import { Problem } from '../http/problem.ts';
import { changeVersion, isThere } from '../http/versions.ts';
import { quoteView } from '../market/quote-view.ts';
import { canonicalSector } from '../market/sectors.ts';
import { commonMetrics, isCommon } from '../memory/metrics.ts';

/** Assets, strategies and what was calculated from them. */
export function calculationRoutes(api: Api) {
  const strategyOf = async (id: string) => {
    const row = await findStrategy(api.pool, id);
    if (!row) throw new Problem('not_found', 'There is no such strategy.');
    return row;
  };

  return routes({
    'GET /api/v1/assets': async ({ query, request }) => {
      const { limit, after } = pageAsk(query, 'text');
      const sector = query.sector === undefined ? undefined : canonicalSector(query.sector);
      const rows = await listAssets(api.pool, { ...query, sector, after: after?.[0], limit: limit + 1 });
      return pageAnswer(rows, { limit, url: request.originalUrl }, assetView, ({ symbol }) => [symbol]);
    },

    'GET /api/v1/assets/{symbol}': async ({ path: { symbol } }) => {
      const row = await findAsset(api.pool, symbol);
      if (!row)
        throw new Problem(
          'not_found',
          `${symbol} is not known yet. Fetch it first: GET /api/v1/market-data/fetch/${symbol}.`,
        );
      return { body: assetView(row) };
    },

    'GET /api/v1/strategies': async ({ query, request }) => {
      const { limit, after } = pageAsk(query, 'text');
      const rows = await listStrategies(api.pool, { after: after?.[0], limit: limit + 1 });
      return pageAnswer(rows, { limit, url: request.originalUrl }, strategyView, ({ id }) => [id]);
    },

    'POST /api/v1/strategies': async (ask) => {
      const { applies_to_index: appliesToIndex, ...fields } = ask.body;
      const before = madeBefore(ask, 'strategy.created');
      const row = before
        ? await findStrategy(api.pool, before)
        : await createStrategy(api.pool, { ...fields, appliesToIndex }, fields.symbols.map(newAssetOf), actorOf(ask));
      if (!row) throw nameTaken();
      return {
        status: 201,
        body: strategyView(row),
        headers: { location: `/api/v1/strategies/${row.id}`, etag: tagOfVersion(row.version) },
      };
    },

    'GET /api/v1/strategies/{strategy_id}': async ({ path }) => {
      const row = await strategyOf(path.strategy_id);
      return { body: strategyView(row), etag: tagOfVersion(row.version) };
    },

    'PATCH /api/v1/strategies/{strategy_id}': async (ask) => {
      const before = await strategyOf(ask.path.strategy_id);
      const { id } = before;
      const { applies_to_index: appliesToIndex, ...fields } = ask.body;
      const assets = (fields.symbols ?? []).map(newAssetOf);
      const ifMatch = ask.request.headers['if-match'];
      const row = isThere(ifMatch, ask.body, strategyView(before))
        ? before
        : await changeVersion(ifMatch, {
            change: (expected) =>
              changeStrategy(api.pool, id, expected, { ...fields, appliesToIndex }, assets, actorOf(ask)),
            current: () => findStrategy(api.pool, id),
            show: strategyView,
          });
      if (row === 'taken') throw nameTaken();
      return { body: strategyView(row), headers: { etag: tagOfVersion(row.version) } };
    },

    'DELETE /api/v1/strategies/{strategy_id}': async (ask) => {
      const { id } = await strategyOf(ask.path.strategy_id);
      await changeVersion(ask.request.headers['if-match'], {
        change: (expected) => deleteStrategy(api.pool, id, expected, actorOf(ask)),
        current: () => findStrategy(api.pool, id),
        show: strategyView,
      });
      return { status: 204 };
    },

    'GET /api/v1/strategies/{strategy_id}/allocations': async ({ path, query, request }) => {
      const { id } = await strategyOf(path.strategy_id);
      const { limit, after } = pageAsk(query, 'time', 'text');
      const rows = await listAllocations(api.pool, id, {
        all: query.all ?? false,
        after: after && { asOf: new Date(after[0]), symbol: after[1] },
        limit: limit + 1,
      });
      return pageAnswer(
        rows,
        { limit, url: request.originalUrl },
        ({ asOf, symbol, weight, quantity, reason, refreshId }) => ({
          as_of: asOf.toISOString(),
          symbol,
          weight: Number(weight),
          quantity,
          reason,
          refresh_id: refreshId,
        }),
        ({ asOf, symbol }) => [asOf.toISOString(), symbol],
      );
    },

    'GET /api/v1/strategies/{strategy_id}/signals': async ({ path, query, request }) => {
      const { id } = await strategyOf(path.strategy_id);
      const { limit, after } = pageAsk(query, 'number');
      const rows = await listSignals(api.pool, id, { before: after?.[0], limit: limit + 1 });
      return pageAnswer(
        rows,
        { limit, url: request.originalUrl },
        ({ id: number, at, refreshId, ...rest }) => ({
          signal_id: String(number),
          at: at.toISOString(),
          ...rest,
          refresh_id: refreshId,
        }),
        (row) => [row.id],
      );
    },

    'GET /api/v1/indexes': async ({ query, request }) => {
      const all = (await listIndexes(api.pool)).map(({ id, ...rest }) => ({ index_id: id, ...rest }));
      return pageOfAll(all, { query, url: request.originalUrl }, ({ index_id: id }) => id);
    },

    'GET /api/v1/indexes/{index_id}/values': async ({ path, query, request }) => {
      const { id } = await strategyOf(path.index_id);
      const { limit, after } = pageAsk(query, 'day');
      const { from, to } = query;
      const rows = await listIndexValues(api.pool, id, { from, to, after: after?.[0], limit: limit + 1 });
      return pageAnswer(
        rows,
        { limit, url: request.originalUrl },
        ({ session, level, computedAt }) => ({ session, level, computed_at: computedAt.toISOString() }),
        ({ session }) => [session],
      );
    },

    'GET /api/v1/metrics': async ({ who, reach, query, request }) => {
      const { limit, after } = pageAsk(query, 'text', 'text');
      const { subject, period } = query;
      const common = subject !== undefined && isCommon(subject) && !after;
      const rows = common
        ? (await commonMetrics(api, subject, period)).slice(0, limit + 1)
        : await listMetrics(api.pool, {
            ...{ subject, period, limit: limit + 1 },
            visibleTo: reach === 'own' ? who.userId : undefined,
            after: after && { subject: after[0], period: after[1] },
          });
      return pageAnswer(
        rows,
        { limit, url: request.originalUrl },
        ({ asOf, ...row }) => ({ ...row, as_of: asOf.toISOString() }),
        ({ subject, period }) => [subject, period],
      );
    },

    'GET /api/v1/benchmark': async ({ who, reach, query }) => {
      const symbol = query.symbol ?? DEFAULT_BENCHMARK;
      const visibleTo = reach === 'own' ? who.userId : undefined;
      const [[stored], metrics, comparisons, correlations] = await Promise.all([
        latestQuotes(api.pool, [symbol]),
        commonMetrics(api, symbol),
        listMetrics(api.pool, { period: 'comparison', visibleTo, limit: 200 }),
        commonMetrics(api, 'correlations'),
      ]);
      const matrix = correlations[0];
      return {
        body: {
          symbol,
          quote: stored ? quoteView(stored, api.now()) : null,
          metrics: metrics.map(({ period, asOf, values }) => ({ period, as_of: asOf.toISOString(), values })),
          comparisons: comparisons.map(({ subject, asOf, values }) => ({ subject, as_of: asOf.toISOString(), values })),
          correlations: matrix ? { as_of: matrix.asOf.toISOString(), values: matrix.values } : null,
        },
      };
    },
  });
}

function nameTaken(): Problem {
  return new Problem('conflict', 'A strategy with this name exists already. Choose another name.');
}

function assetView({ probeAt, parkedWhy, ...row }: AssetRow): AssetView {
  return { ...row, next_probe_at: probeAt?.toISOString() ?? null, parked_because: parkedWhy };
}

function strategyView({ id, appliesToIndex, createdAt, ...row }: StrategyRow): StrategyView {
  return { strategy_id: id, ...row, applies_to_index: appliesToIndex, created_at: createdAt.toISOString() };
}
