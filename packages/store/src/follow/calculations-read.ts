import { CASH, COIN_RATES } from '@freshet/market';
import type { Queryable } from '../database/pool.ts';

/** A portfolio, and what its results were computed from the last time. */
export interface CalculatedPortfolio {
  id: string;
  userId: string;
  currency: string;
  cash: string;
  benchmark: string;
  version: number;
  snapshotInputs: string | null;
  seriesInputs: string | null;
  /** The refresh that its series and metrics are of. */
  seriesRefresh: string | null;
}

/** What a portfolio holds of a symbol. `since`: when the quantity last changed, in ms since 1970. */
export interface Holding {
  symbol: string;
  quantity: string;
  cost: string | null;
  targetWeight: string | null;
  since: number;
}

/** Portfolios by id. */
export async function portfoliosToCalculate(db: Queryable, ids: string[]): Promise<CalculatedPortfolio[]> {
  const { rows } = await db.query<CalculatedPortfolio>({
    name: 'portfolios-to-calculate',
    text: `select p.id, p.user_id as "userId", p.currency, p.cash::text, p.benchmark, p.version,
             s.inputs as "snapshotInputs", v.inputs as "seriesInputs", v.refresh_id as "seriesRefresh"
           from portfolios p left join portfolio_snapshots s on s.portfolio_id = p.id
           left join portfolio_series v on v.portfolio_id = p.id
           where p.id = any($1) order by p.id`,
    values: [ids],
  });
  return rows;
}

/** The holdings of portfolios, by symbol. */
export async function holdingsToCalculate(db: Queryable, ids: string[]): Promise<Map<string, Holding[]>> {
  const { rows } = await db.query<[string, string, string, string | null, string | null, number]>({
    name: 'holdings-to-calculate',
    text: `select portfolio_id, symbol, quantity::text, cost::text, target_weight::text,
             extract(epoch from coalesce(changed_at, created_at))::float8 * 1000 as since
           from holdings where portfolio_id = any($1) order by portfolio_id, symbol`,
    values: [ids],
    rowMode: 'array',
  });
  const held = new Map<string, Holding[]>(ids.map((id) => [id, []]));
  for (const [id, symbol, quantity, cost, targetWeight, since] of rows)
    held.get(id)?.push({ symbol, quantity, cost, targetWeight, since });
  return held;
}

/** What a portfolio held of a symbol from a moment on. */
export interface HeldFrom {
  /** Or {@link CASH}. */
  symbol: string;
  quantity: string;
  /** Ms since 1970. */
  at: number;
}

/**
 * Every change of what these portfolios held, oldest first. A holding without a recorded change counts from its own
 * time. Changes of the cost or the target alone are left out: their quantity was stated earlier, and splits since then
 * would be lost. Earlier amounts of cash come from the audit log, which has every change of them.
 */
export async function changesToCalculate(db: Queryable, ids: string[]): Promise<Map<string, HeldFrom[]>> {
  const { rows } = await db.query<[string, string, string, number]>({
    name: 'changes-to-calculate',
    text: `select portfolio_id, symbol, quantity::text, extract(epoch from at)::float8 * 1000, id from holding_changes
           where portfolio_id = any($1) and states_quantity
           union all
           select h.portfolio_id, h.symbol, h.quantity::text, extract(epoch from coalesce(h.changed_at, h.created_at))::float8 * 1000, 0
           from holdings h where h.portfolio_id = any($1)
             and not exists (select from holding_changes c
               where c.portfolio_id = h.portfolio_id and c.symbol = h.symbol and c.states_quantity)
           union all
           select subject, $2, detail ->> 'cash', extract(epoch from at)::float8 * 1000, id from audit_log
           where subject = any($1) and detail ? 'cash' and action in ('portfolio.created', 'portfolio.changed')
           union all
           select p.id, $2, coalesce((select a.detail ->> 'cash_was' from audit_log a where a.subject = p.id and a.detail ? 'cash'
               and a.action = 'portfolio.changed' order by a.id limit 1), p.cash::text), extract(epoch from p.created_at)::float8 * 1000, 0
           from portfolios p where p.id = any($1) and not exists (
             select from audit_log a where a.subject = p.id and a.detail ? 'cash' and a.action = 'portfolio.created')
           order by 1, 4, 5`,
    values: [ids, CASH],
    rowMode: 'array',
  });
  const changes = new Map<string, HeldFrom[]>(ids.map((id) => [id, []]));
  for (const [id, symbol, quantity, at] of rows) {
    const own = changes.get(id);
    // Cash that was 0 from the beginning is left out.
    if (symbol === CASH && Number(quantity) === 0 && !own?.some((each) => each.symbol === CASH)) continue;
    own?.push({ symbol, quantity, at });
  }
  return changes;
}

/** What calculations need to know of a symbol. The price is the last good one; null where there never was one. */
export interface SymbolToCalculate {
  symbol: string;
  class: string;
  currency: string;
  calendar: string;
  sector: string | null;
  marketCap: number | null;
  barsVersion: number;
  price: string | null;
  previousClose: string | null;
  priceCurrency: string | null;
  quoteTime: Date | null;
  /** Day and ratio of each split, one after the other. */
  splits: number[];
}

/** These symbols and all rates (see `rateOf`): any may be needed for a cross. */
export async function symbolsToCalculate(db: Queryable, symbols: string[]): Promise<SymbolToCalculate[]> {
  const [{ rows }, { rows: splits }] = await Promise.all([
    db.query<Omit<SymbolToCalculate, 'splits'>>({
      name: 'symbols-to-calculate',
      text: `select a.symbol, a.class, a.currency, a.calendar, a.sector, l.market_cap::float8 as "marketCap",
               a.bars_version as "barsVersion", l.currency as "priceCurrency",
               case when l.quality = 'good' then l.price else l.good_price end as price,
               case when l.quality = 'good' then l.previous_close else l.good_previous_close end as "previousClose",
               case when l.quality = 'good' then l.quote_time else l.good_quote_time end as "quoteTime"
             from assets a left join latest_quotes l on l.symbol = a.symbol
             where a.symbol = any($1) or a.class = 'fx' or a.symbol = any($2) order by a.symbol`,
      values: [symbols, COIN_RATES],
    }),
    db.query<{ symbol: string; day: number; ratio: number }>({
      name: 'splits-to-calculate',
      text: `select symbol, session - date '1970-01-01' as day, split_ratio::float8 as ratio from daily_bars
             where symbol = any($1) and split_ratio is not null and split_ratio > 0 and quality = 'good'
             order by symbol, session`,
      values: [symbols],
    }),
  ]);
  const bySymbol = Map.groupBy(splits, ({ symbol }) => symbol);
  return rows.map((row) => ({
    ...row,
    splits: (bySymbol.get(row.symbol) ?? []).flatMap(({ day, ratio }) => [day, ratio]),
  }));
}
