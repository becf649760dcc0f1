import type { Queryable } from '../database/pool.ts';

export interface AssetRow {
  symbol: string;
  name: string;
  class: string;
  currency: string;
  calendar: string;
  sector: string | null;
  indexes: string[];
  status: string;
  probeAt: Date | null;
  parkedWhy: string | null;
  quality: number | null;
}

const COLUMNS = `symbol, name, class, currency, calendar, sector, indexes, status, probe_at as "probeAt",
  parked_why as "parkedWhy", quality`;

export async function findAsset(db: Queryable, symbol: string): Promise<AssetRow | null> {
  const { rows } = await db.query<AssetRow>({
    name: 'find-asset',
    text: `select ${COLUMNS} from assets where symbol = $1`,
    values: [symbol],
  });
  return rows[0] ?? null;
}

export interface AssetFilter {
  /** The beginning of a symbol, or a part of a name. */
  q?: string;
  class?: string;
  sector?: string;
  index?: string;
  status?: string;
  after?: string;
  limit: number;
}

/** In order of symbol. */
export async function listAssets(db: Queryable, filter: AssetFilter): Promise<AssetRow[]> {
  const literal = filter.q?.replaceAll(/[\\%_]/g, '\\$&');
  const { rows } = await db.query<AssetRow>(
    `select ${COLUMNS} from assets
     where ($1::text is null or symbol ilike $1 || '%' or name ilike '%' || $1 || '%') and ($2::text is null or class = $2)
       and ($3::text is null or lower(sector) = lower($3))
       and ($4::text is null or lower($4) in (select lower(x) from unnest(indexes) x))
       and ($5::text is null or status = $5) and ($6::text is null or symbol > $6)
     order by symbol limit $7`,
    [
      literal ?? null,
      filter.class ?? null,
      filter.sector ?? null,
      filter.index ?? null,
      filter.status ?? null,
      filter.after ?? null,
      filter.limit,
    ],
  );
  return rows;
}

export interface FreshnessRow {
  symbol: string;
  name: string;
  class: string;
  sector: string | null;
  calendar: string;
  status: string;
  quality: number | null;
  quoteTime: Date | null;
  fetchedAt: Date | null;
  delayS: number | null;
  source: string | null;
}

/** What it takes to judge the age of every symbol's price. */
export async function freshnessRows(db: Queryable): Promise<FreshnessRow[]> {
  const { rows } = await db.query<FreshnessRow>({
    name: 'freshness-rows',
    text: `select a.symbol, a.name, a.class, a.sector, a.calendar, a.status, a.quality, l.quote_time as "quoteTime",
             l.fetched_at as "fetchedAt", l.delay_s as "delayS", l.source
           from assets a left join latest_quotes l on l.symbol = a.symbol order by a.symbol`,
  });
  return rows;
}
