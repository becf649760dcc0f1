import type { Queryable } from '../database/pool.ts';
import { rateSymbols } from './rate-symbols.ts';

/**
 * What a portfolio needs: holdings, benchmark, and the rates of both into its currency. A symbol that is no asset yet
 * has no known currency.
 */
const NEEDED = `
  based as (
    select h.symbol, m.currency from holdings h join mine m on m.id = h.portfolio_id
    union select benchmark, currency from mine
  ), needed as (
    select symbol, symbol as by from based
    union all select ${rateSymbols('a.currency', 'b.currency')}, b.symbol from based b join assets a using (symbol) where a.currency <> b.currency
  )`;

/** Symbols that never had a price, without unknown ones that wait for their next probe. */
const UNPRICED = `not exists (select from latest_quotes l where l.symbol = n.symbol)
  and not exists (select from assets a where a.symbol = n.symbol and a.status = 'parked' and a.probe_at > now())`;

/**
 * Everything that an active portfolio needs and that never had a price, if it includes something that has just been
 * added (`came`, or its rate; null: everything was) or that was never asked for. Symbols that were asked for in vain
 * are left to the schedules: otherwise each holding that people add would ask for them again, at those people's
 * expense.
 */
export async function unpriced(db: Queryable, portfolioId: string, came: string | null): Promise<string[]> {
  const { rows } = await db.query<{ symbol: string; due: boolean }>({
    name: 'unpriced',
    text: `with mine as (select id, currency, benchmark from portfolios where id = $1 and active), ${NEEDED}
           select n.symbol, bool_or($2::text is null or n.by = $2
                    or not exists (select from assets a where a.symbol = n.symbol)) as due
           from needed n where ${UNPRICED} group by n.symbol order by n.symbol`,
    values: [portfolioId, came],
  });
  return rows.some(({ due }) => due) ? rows.map(({ symbol }) => symbol) : [];
}

/** The refresh was opened by a caller or a schedule: it isn't itself the revaluation of a changed portfolio. */
const PAID = `(r.source <> 'trigger' or r.key_id is not null) and r.status in ('queued', 'in_progress')`;

/**
 * The symbols that a user's active portfolios (or one of them) need, that never had a price, and that are being asked
 * for already: another request for them shares that call. Symbols that only revaluations ask for are left out:
 * otherwise one revaluation after the other would ask, at nobody's expense, for what fails.
 */
export async function awaited(
  db: Queryable,
  { userId, portfolioId }: { userId: string; portfolioId: string | null },
): Promise<string[]> {
  const { rows } = await db.query<{ symbol: string }>({
    name: 'awaited',
    text: `with mine as (
             select id, currency, benchmark from portfolios where user_id = $1 and active and ($2::text is null or id = $2)
           ), ${NEEDED}
           select distinct n.symbol from needed n
           where ${UNPRICED} and (
             exists (select from refresh_items i join refreshes r on r.id = i.refresh_id
                     where i.subject = n.symbol and i.data = 'quote' and i.state = 'waiting' and ${PAID})
             or exists (select from refreshes r where r.status = 'queued' and n.symbol = any(r.symbols) and ${PAID}))
           order by n.symbol`,
    values: [userId, portfolioId],
  });
  return rows.map(({ symbol }) => symbol);
}
