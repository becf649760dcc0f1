import type { PortfolioValuation } from '@freshet/contracts';
import type { OperationKey, PortfolioView } from '@freshet/contracts/api';
import { DEFAULT_BENCHMARK } from '@freshet/market';
import {
  changePortfolio,
  createPortfolio,
  deletePortfolio,
  findPortfolio,
  listMetrics,
  listPortfolios,
  portfolioHistory,
  type PortfolioRow,
  readSnapshot,
  userExists,
} from '@freshet/store';
import { actorOf } from '../access/actor.ts';
import type { Api } from '../api.ts';
import { type Ask, routes } from '../http/ask.ts';
import { tagOfVersion } from '../http/etag.ts';
import { madeBefore } from '../http/idempotency.ts';
import { pageAnswer, pageAsk } from '../http/pages.ts';
import { Problem } from '../http/problem.ts';
import { changeVersion, isThere } from '../http/versions.ts';
import { followChange } from '../refreshes/follow-change.ts';

type Visible = Pick<Ask<OperationKey>, 'who' | 'reach'>;

/** A portfolio that the caller may see. @throws Problem not_found */
export async function visiblePortfolio(
  api: Pick<Api, 'pool'>,
  id: string,
  { who, reach }: Visible,
): Promise<PortfolioRow> {
  const row = await findPortfolio(api.pool, id, reach === 'own' ? who.userId : null);
  if (!row) throw new Problem('not_found', 'There is no such portfolio.');
  return row;
}

/** Portfolios and their valuations. Their holdings are in `holdings.ts`. */
export function portfolioRoutes(api: Api) {
  return routes({
    'GET /api/v1/portfolios': async ({ who, reach, query, request }) => {
      const { limit, after } = pageAsk(query, 'text');
      const wanted = query.user_id === 'me' ? who.userId : (query.user_id ?? null);
      const userId = reach === 'own' ? who.userId : wanted;
      const rows = await listPortfolios(api.pool, { userId, after: after?.[0], limit: limit + 1 });
      return pageAnswer(
        rows,
        { limit, url: request.originalUrl },
        (row) => ({ ...portfolioView(row), value: row.value, as_of: row.asOf?.toISOString() ?? null }),
        ({ id }) => [id],
      );
    },

    'POST /api/v1/portfolios': async (ask) => {
      const { user_id, name, currency = 'USD', cash = '0', benchmark = DEFAULT_BENCHMARK } = ask.body;
      const userId = user_id === undefined || user_id === 'me' ? ask.who.userId : user_id;
      const foreign = userId !== ask.who.userId;
      if (foreign && (ask.reach === 'own' || !(await userExists(api.pool, userId)))) {
        throw new Problem('not_found', 'There is no such user.');
      }
      const before = madeBefore(ask, 'portfolio.created');
      const row =
        (before && (await findPortfolio(api.pool, before, userId))) ||
        (await createPortfolio(api.pool, { userId, name, currency, cash, benchmark }, actorOf(ask)));
      const fetching = await followChange(api, row, ask, { came: null });
      return {
        status: 201,
        body: portfolioView(row),
        headers: { ...fetching, location: `/api/v1/portfolios/${row.id}`, etag: tagOfVersion(row.version) },
      };
    },

    'GET /api/v1/portfolios/{portfolio_id}': async (ask) => {
      const row = await visiblePortfolio(api, ask.path.portfolio_id, ask);
      const [snapshot, metrics] = await Promise.all([
        readSnapshot(api.pool, row.id),
        listMetrics(api.pool, { subject: row.id, limit: 100 }),
      ]);
      const comparison = metrics.find(({ period }) => period === 'comparison');
      return {
        body: {
          ...portfolioView(row),
          as_of: snapshot?.asOf.toISOString() ?? null,
          refresh_id: snapshot?.refreshId ?? null,
          outdated: snapshot !== null && snapshot.version < row.version,
          value: snapshot?.value ?? null,
          valuation: (snapshot?.valuation ?? null) as PortfolioValuation | null,
          metrics: metrics
            .filter(({ period }) => period !== 'comparison')
            .map(({ period, asOf, values }) => ({ period, as_of: asOf.toISOString(), values })),
          benchmark_comparison: comparison
            ? { as_of: comparison.asOf.toISOString(), benchmark: row.benchmark, values: comparison.values }
            : null,
        },
        // It begins with the version, for If-Match; the rest changes with every valuation, for If-None-Match.
        etag: tagOfVersion(row.version).replace(/"$/, `-${snapshot?.asOf.getTime() ?? 0}-${newest(metrics)}"`),
      };
    },

    'PATCH /api/v1/portfolios/{portfolio_id}': async (ask) => {
      const before = await visiblePortfolio(api, ask.path.portfolio_id, ask);
      const { id } = before;
      if (isThere(ask.request.headers['if-match'], ask.body, portfolioView(before))) return changedTo(before);
      const row = await changeVersion(ask.request.headers['if-match'], {
        change: (expected) => changePortfolio(api.pool, id, expected, ask.body, actorOf(ask)),
        current: () => findPortfolio(api.pool, id, null),
        show: portfolioView,
      });
      const { active, benchmark } = ask.body;
      // Nothing was fetched for it while it was inactive, so everything may lack a price.
      const came = active ? null : benchmark;
      const fetching = await followChange(api, row, ask, came === undefined ? undefined : { came });
      return changedTo(row, fetching);
    },

    'DELETE /api/v1/portfolios/{portfolio_id}': async (ask) => {
      const { id } = await visiblePortfolio(api, ask.path.portfolio_id, ask);
      await changeVersion(ask.request.headers['if-match'], {
        change: (expected) => deletePortfolio(api.pool, id, expected, actorOf(ask)),
        current: () => findPortfolio(api.pool, id, null),
        show: portfolioView,
      });
      return { status: 204 };
    },

    'GET /api/v1/portfolios/{portfolio_id}/history': async (ask) => {
      const { id, currency } = await visiblePortfolio(api, ask.path.portfolio_id, ask);
      const { from = null, to = null } = ask.query;
      if (from !== null && to !== null && from > to) {
        const detail = 'is later than `to`';
        throw new Problem('invalid_request', { detail: `from: ${detail}.`, errors: [{ parameter: 'from', detail }] });
      }
      const data = await portfolioHistory(api.pool, id, from, to);
      return { body: { portfolio_id: id, currency, data } };
    },
  });
}

function changedTo(row: PortfolioRow, headers: Record<string, string> = {}) {
  return { body: portfolioView(row), headers: { ...headers, etag: tagOfVersion(row.version) } };
}

function newest(metrics: { asOf: Date }[]): number {
  return Math.max(0, ...metrics.map(({ asOf }) => asOf.getTime()));
}

export function portfolioView(row: PortfolioRow): PortfolioView {
  return {
    portfolio_id: row.id,
    user_id: row.userId,
    name: row.name,
    currency: row.currency,
    cash: row.cash,
    benchmark: row.benchmark,
    active: row.active,
    version: row.version,
    created_at: row.createdAt.toISOString(),
  };
}
