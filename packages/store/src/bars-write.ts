import type { Client } from './pool.ts';

/** One session's bar on its way into the store. */
export interface BarRow {
  symbol: string;
  session: string;
  open: string | null;
  high: string | null;
  low: string | null;
  close: string;
  volume: string | null;
  splitRatio: string | null;
  dividend: string | null;
  currency: string | null;
  source: string;
  provisional: boolean;
  fetchedAt: Date;
  refreshId: string | null;
}

/**
 * Stores bars in bulk, idempotently. A final bar is never overwritten by a provisional one; a provisional one is healed
 * by whatever comes later.
 */
export async function storeBars(client: Client, bars: BarRow[]): Promise<void> {
  if (bars.length === 0) return;
  await client.query({
    name: 'store-bars',
    text: `insert into daily_bars as b (symbol, session, open, high, low, close, volume, split_ratio, dividend, currency,
             source, provisional, fetched_at, refresh_id)
           select * from unnest($1::text[], $2::date[], $3::numeric[], $4::numeric[], $5::numeric[], $6::numeric[],
             $7::numeric[], $8::numeric[], $9::numeric[], $10::text[], $11::text[], $12::bool[], $13::timestamptz[], $14::text[])
           on conflict (symbol, session) do update set open = excluded.open, high = excluded.high, low = excluded.low,
             close = excluded.close, volume = excluded.volume,
             split_ratio = coalesce(excluded.split_ratio, b.split_ratio), dividend = coalesce(excluded.dividend, b.dividend),
             currency = excluded.currency, source = excluded.source, provisional = excluded.provisional,
             fetched_at = excluded.fetched_at, refresh_id = excluded.refresh_id
           where b.provisional or not excluded.provisional`,
    values: [
      bars.map((b) => b.symbol),
      bars.map((b) => b.session),
      bars.map((b) => b.open),
      bars.map((b) => b.high),
      bars.map((b) => b.low),
      bars.map((b) => b.close),
      bars.map((b) => b.volume),
      bars.map((b) => b.splitRatio),
      bars.map((b) => b.dividend),
      bars.map((b) => b.currency),
      bars.map((b) => b.source),
      bars.map((b) => b.provisional),
      bars.map((b) => b.fetchedAt.toISOString()),
      bars.map((b) => b.refreshId),
    ],
  });
}
