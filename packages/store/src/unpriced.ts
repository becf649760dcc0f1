import type { Queryable } from './pool.ts';

/**
 * Of a symbol and its rate into a currency, what has never had a price; but not what nobody knows, until its next probe. Where there is no
 * asset yet, nobody knows in which currency it is.
 */
export async function unpriced(db: Queryable, symbol: string, currency: string): Promise<string[]> {
  const { rows } = await db.query<{ symbol: string }>({
    name: 'unpriced',
    text: `with needed as (
             select $1::text as symbol
             union select a.currency || $2::text || '=X' from assets a where a.symbol = $1 and a.currency <> $2
           )
           select n.symbol from needed n
           where not exists (select from latest_quotes l where l.symbol = n.symbol)
             and not exists (select from assets a where a.symbol = n.symbol and a.status = 'parked' and a.probe_at > now())
           order by n.symbol`,
    values: [symbol, currency],
  });
  return rows.map((row) => row.symbol);
}
