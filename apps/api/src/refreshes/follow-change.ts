import type { OperationKey } from '@freshet/contracts/api';
import { type PortfolioRow, unpriced } from '@freshet/store';
import type { Api } from '../api.ts';
import type { Ask } from '../http/ask.ts';
import { openedBefore } from '../http/idempotency.ts';
import { openAlong } from './open-along.ts';

type Asked = Pick<Ask<OperationKey>, 'who' | 'requestId' | 'remoteAddress' | 'once'>;

/** What is new of a portfolio that may have no price: a symbol, or (null) all that it needs, for the portfolio itself is new or active again. */
interface News {
  came: string | null;
}

/**
 * What follows from a change of a portfolio: it is valued again from stored prices, in the background and at nobody's expense. With `news` that
 * have no price yet, or no rate into the portfolio's currency, a refresh of the caller's fetches them first, and what else of the
 * portfolio never had a price. Answers the headers that tell of that one.
 */
export async function followChange(
  api: Pick<Api, 'pool' | 'door' | 'log'>,
  portfolio: PortfolioRow,
  ask: Asked,
  news?: News,
): Promise<Record<string, string>> {
  const { id: portfolioId, userId } = portfolio;
  const { requestId } = ask;
  const fetching =
    news &&
    (await fetchUnpriced(api, portfolio, ask, news).catch((err: unknown) => {
      // The change stands, and whoever were told that it failed would make it twice.
      api.log.warn({ err, portfolio_id: portfolioId, request_id: requestId }, 'not fetched: the next schedule does it');
      return 'refused' as const;
    }));
  if (fetching && fetching !== 'refused') return fetching;
  // What the caller may not ask for now may be asked for already, for somebody else or a moment ago.
  api.door.revalue({ userId, portfolioId, requestId, awaits: fetching === 'refused' });
  return {};
}

/** Null: everything has a price. */
async function fetchUnpriced(
  api: Pick<Api, 'pool' | 'door'>,
  { id, userId }: PortfolioRow,
  ask: Asked,
  { came }: News,
): Promise<Record<string, string> | 'refused' | null> {
  // What has no price may be something else by now, and the request counts once.
  const before = openedBefore(ask);
  if (before !== null) return { 'x-refresh-id': before };
  const symbols = await unpriced(api.pool, id, came);
  if (symbols.length === 0) return null;
  const opened = await openAlong(api, ask, {
    kind: 'portfolio',
    target: { user_id: userId, portfolio_id: id },
    body: { symbols, reason: 'came to a portfolio' },
    // Several new ones within a minute are several things to fetch.
    bySymbols: true,
  });
  if (!opened) return 'refused';
  const { location: _status, 'retry-after': _later, ...limits } = opened.headers;
  return { ...limits, 'x-refresh-id': opened.accepted.refresh_id };
}
