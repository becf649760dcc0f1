import type { Queryable } from '../database/pool.ts';

export interface AssetToEnsure {
  symbol: string;
  name: string;
  class: string;
  currency: string;
  calendar: string;
  sector: string | null;
  indexes: string[];
  volatility: number | null;
}

/**
 * Makes sure that assets exist, with what is known of them. Facts that were learnt from prices since are kept.
 * Idempotent.
 */
export async function ensureAssets(db: Queryable, assets: AssetToEnsure[]): Promise<void> {
  if (assets.length === 0) return;
  await db.query(
    `insert into assets as a (symbol, name, class, currency, calendar, sector, indexes, volatility)
     select symbol, name, class, currency, calendar, sector,
            array(select jsonb_array_elements_text(indexes)), volatility
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::float8[])
       as t(symbol, name, class, currency, calendar, sector, indexes, volatility) order by symbol
     on conflict (symbol) do update set name = excluded.name, class = excluded.class, calendar = excluded.calendar,
       sector = coalesce(excluded.sector, a.sector), indexes = excluded.indexes,
       volatility = coalesce(a.volatility, excluded.volatility)
     where (a.name, a.class, a.calendar, a.sector, a.indexes) is distinct from
           (excluded.name, excluded.class, excluded.calendar, coalesce(excluded.sector, a.sector), excluded.indexes)`,
    [
      assets.map((a) => a.symbol),
      assets.map((a) => a.name),
      assets.map((a) => a.class),
      assets.map((a) => a.currency),
      assets.map((a) => a.calendar),
      assets.map((a) => a.sector),
      assets.map((a) => JSON.stringify(a.indexes)),
      assets.map((a) => a.volatility),
    ],
  );
}

/** A symbol that was never fetched, with what it is assumed to be until then. */
export type NewAsset = Pick<AssetToEnsure, 'symbol' | 'class' | 'currency' | 'calendar'>;

/**
 * Makes assets of the symbols that are none yet: every refresh of all assets asks for them from then on. Existing
 * assets are left alone.
 */
export async function addAssets(db: Queryable, assets: NewAsset[]): Promise<void> {
  if (assets.length === 0) return;
  await db.query(
    `insert into assets (symbol, name, class, currency, calendar)
     select symbol, symbol, class, currency, calendar from unnest($1::text[], $2::text[], $3::text[], $4::text[])
       as t(symbol, class, currency, calendar) order by symbol on conflict (symbol) do nothing`,
    [
      assets.map((a) => a.symbol),
      assets.map((a) => a.class),
      assets.map((a) => a.currency),
      assets.map((a) => a.calendar),
    ],
  );
}
