import type { PortfolioValuation } from '@freshet/contracts';
import { type EventToWrite, writeEvents } from './announce.ts';
import type { Client, Queryable } from './pool.ts';

export interface PortfolioToValue {
  id: string;
  userId: string;
  currency: string;
  cash: string;
  version: number;
  holdings: { symbol: string; quantity: string; cost: string; targetWeight: string | null }[];
}

/** Portfolios with what they hold. */
export async function portfoliosToValue(db: Queryable, ids: string[]): Promise<PortfolioToValue[]> {
  const { rows } = await db.query<PortfolioToValue>({
    name: 'portfolios-to-value',
    text: `select p.id, p.user_id as "userId", p.currency, p.cash::text, p.version,
             coalesce((select json_agg(json_build_object('symbol', h.symbol, 'quantity', h.quantity::text, 'cost', h.cost::text,
               'targetWeight', h.target_weight::text) order by h.symbol) from holdings h where h.portfolio_id = p.id), '[]') as holdings
           from portfolios p where p.id = any($1) order by p.id`,
    values: [ids],
  });
  return rows;
}

export interface SymbolPrice {
  symbol: string;
  price: string;
  previousClose: string | null;
  currency: string;
  quoteTime: Date;
}

/** What may be calculated with: the price, or the last good one where a check has something against it. */
const GOOD = `symbol, currency,
  case when quality = 'good' then price else good_price end as price,
  case when quality = 'good' then previous_close else good_previous_close end as "previousClose",
  case when quality = 'good' then quote_time else good_quote_time end as "quoteTime"`;
const HAS_GOOD = `(quality = 'good' or good_price is not null)`;

/** Prices that may be calculated with; symbols that never had a good one are left out. */
export async function pricesOf(db: Queryable, symbols: string[]): Promise<SymbolPrice[]> {
  const { rows } = await db.query<SymbolPrice>({
    name: 'prices-of',
    text: `select ${GOOD} from latest_quotes where symbol = any($1) and ${HAS_GOOD}`,
    values: [symbols],
  });
  return rows;
}

/** All stored FX rates: few, and any may be needed for a cross. */
export async function fxPrices(db: Queryable): Promise<SymbolPrice[]> {
  const { rows } = await db.query<SymbolPrice>({
    name: 'fx-prices',
    text: `select ${GOOD} from latest_quotes where symbol like '%=X' and ${HAS_GOOD}`,
  });
  return rows;
}

/** Replaces the snapshots of portfolios, and tells their owners and the caches in the same commit. */
export async function writeSnapshots(
  client: Client,
  refreshId: string,
  snapshots: { portfolioId: string; userId: string; version: number; valuation: PortfolioValuation }[],
): Promise<void> {
  if (snapshots.length === 0) return;
  await client.query({
    name: 'write-snapshots',
    text: `insert into portfolio_snapshots as s (portfolio_id, version, as_of, value, valuation, refresh_id)
           select *, $6 from unnest($1::text[], $2::int[], $3::timestamptz[], $4::numeric[], $5::jsonb[])
           on conflict (portfolio_id) do update set version = excluded.version, as_of = excluded.as_of,
             value = excluded.value, valuation = excluded.valuation, refresh_id = excluded.refresh_id
           where s.as_of <= excluded.as_of`,
    values: [
      snapshots.map((s) => s.portfolioId),
      snapshots.map((s) => s.version),
      snapshots.map((s) => s.valuation.as_of),
      snapshots.map((s) => s.valuation.value),
      snapshots.map((s) => JSON.stringify(s.valuation)),
      refreshId,
    ],
  });
  await writeEvents(
    client,
    snapshots.flatMap((snapshot) => eventsOf(snapshot, refreshId)),
  );
}

function eventsOf(
  { portfolioId, userId, valuation }: { portfolioId: string; userId: string; valuation: PortfolioValuation },
  refreshId: string,
): EventToWrite[] {
  const { as_of, currency, value, profit_loss, day_change, day_change_percent } = valuation;
  const update = {
    portfolio_id: portfolioId,
    user_id: userId,
    as_of,
    currency,
    value,
    profit_loss,
    day_change,
    day_change_percent,
    refresh_id: refreshId,
  };
  return [
    { type: 'portfolio_update', userId, items: [update] },
    {
      type: 'cache_invalidation',
      userId,
      items: [{ type: 'portfolio', user_id: userId, portfolio_id: portfolioId, operation: 'valued' }],
    },
  ];
}
