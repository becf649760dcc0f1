import type { Queryable } from '../database/pool.ts';

/** What the calculations have written: allocations, signals, index levels, metrics. */
export interface AllocationRow {
  asOf: Date;
  symbol: string;
  weight: string;
  quantity: string | null;
  /** Why the run left the symbol out, with a weight of 0. */
  reason: string | null;
  refreshId: string | null;
}

/** Allocations of the last run, or of all runs; newest run first, then by symbol. */
export async function listAllocations(
  db: Queryable,
  strategyId: string,
  page: { all: boolean; after?: { asOf: Date; symbol: string }; limit: number },
): Promise<AllocationRow[]> {
  const { rows } = await db.query<AllocationRow>(
    `select as_of as "asOf", symbol, weight, quantity, reason, refresh_id as "refreshId" from allocations
     where strategy_id = $1 and ($2 or as_of = (select max(as_of) from allocations where strategy_id = $1))
       and ($3::timestamptz is null or as_of <= $3 and (as_of < $3 or symbol > $4))
     order by as_of desc, symbol limit $5`,
    [strategyId, page.all, page.after?.asOf.toISOString() ?? null, page.after?.symbol ?? null, page.limit],
  );
  return rows;
}

export interface SignalRow {
  id: number;
  at: Date;
  symbol: string;
  side: string;
  quantity: string;
  value: string;
  applied: boolean;
  refreshId: string | null;
}

/** Newest first. */
export async function listSignals(
  db: Queryable,
  strategyId: string,
  page: { before?: number; limit: number },
): Promise<SignalRow[]> {
  const { rows } = await db.query<SignalRow>(
    `select id, at, symbol, side, quantity, value, applied, refresh_id as "refreshId" from signals
     where strategy_id = $1 and ($2::bigint is null or id < $2) order by id desc limit $3`,
    [strategyId, page.before ?? null, page.limit],
  );
  return rows;
}

/** Indexes that strategies keep, with their last level. */
export async function listIndexes(
  db: Queryable,
): Promise<{ id: string; name: string; session: string | null; level: string | null }[]> {
  const { rows } = await db.query<{ id: string; name: string; session: string | null; level: string | null }>(
    `select s.id, s.name, v.session, v.level from strategies s
     left join lateral (select session, level from index_values where index_id = s.id order by session desc limit 1) v on true
     where s.applies_to_index order by s.name`,
  );
  return rows;
}

/** Levels by session, oldest first. */
export async function listIndexValues(
  db: Queryable,
  indexId: string,
  page: { from?: string; to?: string; after?: string; limit: number },
): Promise<{ session: string; level: string; computedAt: Date }[]> {
  const { rows } = await db.query<{ session: string; level: string; computedAt: Date }>(
    `select session, level, computed_at as "computedAt" from index_values
     where index_id = $1 and ($2::date is null or session >= $2) and ($3::date is null or session <= $3)
       and ($4::date is null or session > $4) order by session limit $5`,
    [indexId, page.from ?? null, page.to ?? null, page.after ?? null, page.limit],
  );
  return rows;
}

export interface MetricsRow {
  subject: string;
  period: string;
  asOf: Date;
  values: Record<string, unknown>;
}

/**
 * By subject and period. `visibleTo` leaves portfolios of that user and everything that isn't a portfolio.
 */
export async function listMetrics(
  db: Queryable,
  filter: {
    subject?: string;
    period?: string;
    visibleTo?: string;
    after?: { subject: string; period: string };
    limit: number;
  },
): Promise<MetricsRow[]> {
  const { rows } = await db.query<MetricsRow>(
    `select m.subject, m.period, m.as_of as "asOf", m.values from metrics m
     where ($1::text is null or m.subject = $1) and ($2::text is null or m.period = $2)
       and ($3::text is null or m.subject not like 'pf\\_%'
            or exists (select from portfolios p where p.id = m.subject and p.user_id = $3))
       and ($4::text is null or (m.subject, m.period) > ($4, $5))
     order by m.subject, m.period limit $6`,
    [
      filter.subject ?? null,
      filter.period ?? null,
      filter.visibleTo ?? null,
      filter.after?.subject ?? null,
      filter.after?.period ?? null,
      filter.limit,
    ],
  );
  return rows;
}
