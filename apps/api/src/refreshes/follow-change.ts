import { scopeOf } from '@freshet/contracts';
import type { OperationKey } from '@freshet/contracts/api';
import { type PortfolioRow, unpriced } from '@freshet/store';
import type { Api } from '../api.ts';
import type { Ask } from '../http/ask.ts';
import type { Opened } from './door.ts';
import { openAlong } from './open-along.ts';

type Asked = Pick<Ask<OperationKey>, 'who' | 'requestId' | 'remoteAddress' | 'once'>;

/**
 * What follows from a change of a portfolio: it is valued again from stored prices, in the background and at nobody's expense. `symbol`, which
 * came to it: where that one has no price yet, or no rate into the portfolio's currency, a refresh of the caller's fetches it first.
 * Answers the headers that tell of that one.
 */
export async function followChange(
  api: Pick<Api, 'pool' | 'door' | 'log'>,
  portfolio: PortfolioRow,
  ask: Asked,
  symbol?: string,
): Promise<Record<string, string>> {
  const { id: portfolioId, userId } = portfolio;
  const { requestId } = ask;
  const opened = await fetchUnpriced(api, portfolio, ask, symbol).catch((err: unknown) => {
    // The change stands, and whoever were told that it failed would make it twice.
    api.log.warn({ err, portfolio_id: portfolioId, request_id: requestId }, 'not fetched: the next schedule does it');
    return null;
  });
  if (!opened) {
    api.door.revalue({ userId, portfolioId, requestId });
    return {};
  }
  const { location: _status, 'retry-after': _later, ...limits } = opened.headers;
  return { ...limits, 'x-refresh-id': opened.accepted.refresh_id };
}

async function fetchUnpriced(
  api: Pick<Api, 'pool' | 'door'>,
  { id, userId, currency, active }: PortfolioRow,
  ask: Asked,
  symbol?: string,
): Promise<Opened | null> {
  if (symbol === undefined || !active) return null;
  const symbols = await unpriced(api.pool, symbol, currency);
  if (symbols.length === 0) return null;
  return openAlong(api, ask, {
    kind: 'portfolio',
    target: { user_id: userId, portfolio_id: id },
    body: { symbols, reason: 'came to a portfolio' },
    // Several new ones within a minute are several things to fetch.
    scope: scopeOf({ kind: 'symbols', target: {}, symbols }),
  });
}
