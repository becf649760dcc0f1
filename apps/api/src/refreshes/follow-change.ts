import type { OperationKey } from '@freshet/contracts/api';
import { type PortfolioRow, unpriced } from '@freshet/store';
import type { Api } from '../api.ts';
import type { Ask } from '../http/ask.ts';
import { openedBefore } from '../http/idempotency.ts';
import { openAlong } from './open-along.ts';

type Asked = Pick<Ask<OperationKey>, 'who' | 'requestId' | 'remoteAddress' | 'once'>;

/** What may lack a price after a change: a new symbol, or (null) everything, if the portfolio is new or active again. */
interface News {
  came: string | null;
}

/**
 * Values a changed portfolio again from stored prices, in the background and without counting against limits. If `news` lack a price, or a rate into
 * the portfolio's currency, it first starts a refresh at the caller's expense, which also fetches what else in the portfolio never had a
 * price. Returns the headers that announce this refresh.
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
      // The change is committed. Answered with an error, the caller would make it twice.
      api.log.warn(
        { err, portfolio_id: portfolioId, request_id: requestId },
        'missing prices were not fetched: the next schedule fetches them',
      );
      return 'refused' as const;
    }));
  if (fetching && fetching !== 'refused') return fetching;
  // If the caller's limit is used up, another refresh may be fetching the symbols already; then it is valued again after that.
  api.door.revalue({ userId, portfolioId, requestId, awaits: fetching === 'refused' });
  return {};
}

/** Headers of the refresh that was started; refused: the limit is used up or the queue is full; null: nothing lacks a price. */
async function fetchUnpriced(
  api: Pick<Api, 'pool' | 'door'>,
  { id, userId }: PortfolioRow,
  ask: Asked,
  { came }: News,
): Promise<Record<string, string> | 'refused' | null> {
  // A repeated request must not fetch again, even if other symbols lack a price by now.
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
