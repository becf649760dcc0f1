import type { Queryable } from '../database/pool.ts';

export interface AnomalyRow {
  id: number;
  symbol: string;
  check: string;
  state: string;
  source: string;
  price: string | null;
  expected: string | null;
  detail: string;
  refreshId: string | null;
  at: Date;
  resolvedAt: Date | null;
  resolution: string | null;
}

/** Newest first. */
export async function listAnomalies(
  db: Queryable,
  filter: { symbol?: string; state?: string; since?: Date; before?: { at: Date; id: number }; limit: number },
): Promise<AnomalyRow[]> {
  const { rows } = await db.query<AnomalyRow>(
    `select id, symbol, "check", state, source, price, expected, detail, refresh_id as "refreshId", at,
            resolved_at as "resolvedAt", resolution
     from anomalies where ($1::text is null or symbol = $1) and ($2::text is null or state = $2)
       and ($3::timestamptz is null or at >= $3) and ($4::timestamptz is null or (at, id) < ($4, $5))
     order by at desc, id desc limit $6`,
    [
      filter.symbol ?? null,
      filter.state ?? null,
      filter.since?.toISOString() ?? null,
      filter.before?.at.toISOString() ?? null,
      filter.before?.id ?? null,
      filter.limit,
    ],
  );
  return rows;
}

/** The last anomalies of a symbol, in few words. */
export async function anomaliesOf(
  db: Queryable,
  symbol: string,
  limit: number,
): Promise<{ check: string; state: string; detail: string; source: string; at: string }[]> {
  const rows = await listAnomalies(db, { symbol, limit });
  return rows.map(({ check, state, detail, source, at }) => ({ check, state, detail, source, at: at.toISOString() }));
}

export interface AlertRow {
  id: number;
  name: string;
  subject: string;
  severity: string;
  detail: string;
  createdAt: Date;
  resolvedAt: Date | null;
}

/** Newest first; `open` leaves those that are not resolved (true) or are (false). */
export async function listAlerts(
  db: Queryable,
  filter: { open?: boolean; before?: number; limit: number },
): Promise<AlertRow[]> {
  const { rows } = await db.query<AlertRow>(
    `select id, name, subject, severity, detail, created_at as "createdAt", resolved_at as "resolvedAt" from alerts
     where ($1::bool is null or (resolved_at is null) = $1) and ($2::bigint is null or id < $2) order by id desc limit $3`,
    [filter.open ?? null, filter.before ?? null, filter.limit],
  );
  return rows;
}
