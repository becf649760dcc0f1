import { scopeOf } from '@freshet/contracts';
import type { OperationKey } from '@freshet/contracts/api';
import { type PortfolioRow, unpriced } from '@freshet/store';
import type { Api } from '../api.ts';
import type { Ask } from '../http/ask.ts';
import { openAlong } from './open-along.ts';

/**
 * What follows from a change of a portfolio: it is valued again from stored prices, in the background and at nobody's expense. `symbol`, which
 * came to it: where that one has no price yet, or no rate into the portfolio's currency, a refresh of the caller's fetches it first.
 * Answers the headers that tell of that one.
 */
export async function followChange(
  api: Pick<Api, 'pool' | 'door'>,
  portfolio: PortfolioRow,
  ask: Pick<Ask<OperationKey>, 'who' | 'requestId' | 'remoteAddress' | 'once'>,
  symbol?: string,
): Promise<Record<string, string>> {
  const { id, userId, currency, active } = portfolio;
  const symbols = symbol !== undefined && active ? await unpriced(api.pool, symbol, currency) : [];
  const opened =
    symbols.length > 0 &&
    (await openAlong(api, ask, {
      kind: 'portfolio',
      target: { user_id: userId, portfolio_id: id },
      body: { symbols, reason: 'came to a portfolio' },
      // Several new ones within a minute are several things to fetch.
      scope: scopeOf({ kind: 'symbols', target: {}, symbols }),
    }));
  if (!opened) {
    api.door.revalue({ userId, portfolioId: id, requestId: ask.requestId });
    return {};
  }
  const { location: _status, 'retry-after': _later, ...limits } = opened.headers;
  return { ...limits, 'x-refresh-id': opened.accepted.refresh_id };
}
