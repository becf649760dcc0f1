import type { HoldingView } from '@freshet/contracts/api';
import {
  changeHolding,
  createHolding,
  deleteHolding,
  findHolding,
  findHoldingOf,
  type HoldingRow,
  listHoldingChanges,
  listHoldings,
  type PortfolioRow,
} from '@freshet/store';
import { actorOf } from '../access/actor.ts';
import type { Api } from '../api.ts';
import { routes } from '../http/ask.ts';
import { tagOfVersion } from '../http/etag.ts';
import { madeBefore } from '../http/idempotency.ts';
import { pageAnswer, pageAsk } from '../http/pages.ts';
import { Problem } from '../http/problem.ts';
import { changeVersion, isThere } from '../http/versions.ts';
import { followChange } from '../refreshes/follow-change.ts';
import { visiblePortfolio } from './portfolios.ts';

/** The holdings of portfolios, and the history of their versions. */
export function holdingRoutes(api: Api) {
  const holdingOf = async ({ id }: PortfolioRow, holdingId: string) => {
    const row = await findHolding(api.pool, id, holdingId);
    if (!row) throw new Problem('not_found', 'This portfolio has no such holding.');
    return row;
  };

  return routes({
    'GET /api/v1/portfolios/{portfolio_id}/holdings': async (ask) => {
      const portfolio = await visiblePortfolio(api, ask.path.portfolio_id, ask);
      const { limit, after } = pageAsk(ask.query, 'text');
      const rows = await listHoldings(api.pool, portfolio.id, { after: after?.[0], limit: limit + 1 });
      return pageAnswer(rows, { limit, url: ask.request.originalUrl }, holdingView, ({ symbol }) => [symbol]);
    },

    'POST /api/v1/portfolios/{portfolio_id}/holdings': async (ask) => {
      const portfolio = await visiblePortfolio(api, ask.path.portfolio_id, ask);
      const { symbol, quantity, cost = null, target_weight = null } = ask.body;
      const holding = { symbol, quantity, cost, targetWeight: target_weight };
      const row =
        (madeBefore(ask, 'portfolio.holding_added') && (await findHoldingOf(api.pool, portfolio.id, symbol))) ||
        (await createHolding(api.pool, portfolio, holding, actorOf(ask)));
      if (!row) throw new Problem('conflict', `The portfolio already has a holding of ${symbol}. Change that one.`);
      const fetching = await followChange(api, portfolio, ask, { came: row.symbol });
      return {
        status: 201,
        body: holdingView(row),
        headers: {
          ...fetching,
          location: `/api/v1/portfolios/${portfolio.id}/holdings/${row.id}`,
          etag: tagOfVersion(row.version),
        },
      };
    },

    'GET /api/v1/portfolios/{portfolio_id}/holdings/{holding_id}': async (ask) => {
      const portfolio = await visiblePortfolio(api, ask.path.portfolio_id, ask);
      const row = await holdingOf(portfolio, ask.path.holding_id);
      return { body: holdingView(row), etag: tagOfVersion(row.version) };
    },

    'PATCH /api/v1/portfolios/{portfolio_id}/holdings/{holding_id}': async (ask) => {
      const portfolio = await visiblePortfolio(api, ask.path.portfolio_id, ask);
      const before = await holdingOf(portfolio, ask.path.holding_id);
      const { id } = before;
      const { quantity, cost, target_weight } = ask.body;
      // A named quantity is a statement even if it is unchanged: after a split it says that this is the new number.
      const states = quantity !== undefined;
      if (!states && isThere(ask.request.headers['if-match'], ask.body, holdingView(before))) return changedTo(before);
      const change = { quantity, cost, targetWeight: target_weight };
      const row = await changeVersion(ask.request.headers['if-match'], {
        change: (expected) => changeHolding(api.pool, portfolio, id, expected, change, actorOf(ask)),
        current: () => findHolding(api.pool, portfolio.id, id),
        show: holdingView,
      });
      await followChange(api, portfolio, ask);
      return changedTo(row);
    },

    'DELETE /api/v1/portfolios/{portfolio_id}/holdings/{holding_id}': async (ask) => {
      const portfolio = await visiblePortfolio(api, ask.path.portfolio_id, ask);
      const { id } = await holdingOf(portfolio, ask.path.holding_id);
      await changeVersion(ask.request.headers['if-match'], {
        change: (expected) => deleteHolding(api.pool, portfolio, id, expected, actorOf(ask)),
        current: () => findHolding(api.pool, portfolio.id, id),
        show: holdingView,
      });
      await followChange(api, portfolio, ask);
      return { status: 204 };
    },

    'GET /api/v1/portfolios/{portfolio_id}/holdings/{holding_id}/changes': async (ask) => {
      const portfolio = await visiblePortfolio(api, ask.path.portfolio_id, ask);
      const { limit, after } = pageAsk(ask.query, 'number');
      const rows = await listHoldingChanges(api.pool, portfolio.id, ask.path.holding_id, {
        before: after?.[0],
        limit: limit + 1,
      });
      // A removed holding still has versions. Without any there may be no such holding, which is a 404.
      if (rows.length === 0) await holdingOf(portfolio, ask.path.holding_id);
      return pageAnswer(
        rows,
        { limit, url: ask.request.originalUrl },
        (row) => ({
          holding_id: row.holdingId,
          symbol: row.symbol,
          version: row.version,
          quantity: row.quantity,
          cost: row.cost,
          changed_by: row.changedBy,
          at: row.at.toISOString(),
        }),
        ({ id }) => [id],
      );
    },
  });
}

function changedTo(row: HoldingRow) {
  return { body: holdingView(row), headers: { etag: tagOfVersion(row.version) } };
}

function holdingView(row: HoldingRow): HoldingView {
  return {
    holding_id: row.id,
    portfolio_id: row.portfolioId,
    symbol: row.symbol,
    quantity: row.quantity,
    cost: row.cost,
    target_weight: row.targetWeight === null ? null : Number(row.targetWeight),
    version: row.version,
    created_at: row.createdAt.toISOString(),
  };
}
