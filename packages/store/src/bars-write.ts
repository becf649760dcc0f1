import { adjustmentFactors, type Bar, type TradedClose, volatilityOf } from '@freshet/market';
import { textArray } from './binary-array.ts';
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
  quality: 'good' | 'suspect';
  fetchedAt: Date;
  refreshId: string | null;
}

/**
 * Stores bars in bulk, idempotently, and keeps each series on one basis: raw prices with the factors that adjust them, in
 * the same transaction. A final bar is never overwritten by a provisional one; a provisional one is healed by whatever
 * comes later. Bars that say what is stored already change nothing. Answers the symbols whose series changed.
 */
export async function storeBars(client: Client, bars: BarRow[]): Promise<Set<string>> {
  if (bars.length === 0) return new Set();
  const series = bySymbol(bars);
  const changed = await upsert(client, [...series.values()].flat());
  if (changed.size === 0) return changed;
  await readjust(client, await symbolsToReadjust(client, series, changed));
  await tellAssets(client, series, changed);
  return changed;
}

function bySymbol(bars: BarRow[]): Map<string, BarRow[]> {
  const series = Map.groupBy(bars, ({ symbol }) => symbol);
  for (const [symbol, own] of series)
    series.set(
      symbol,
      own.toSorted((a, b) => (a.session < b.session ? -1 : 1)),
    );
  // Locked in one order everywhere.
  return new Map([...series].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const COLUMNS: ((bar: BarRow) => string | null)[] = [
  (b) => b.symbol,
  (b) => b.session,
  (b) => b.open,
  (b) => b.high,
  (b) => b.low,
  (b) => b.close,
  (b) => b.volume,
  (b) => b.splitRatio,
  (b) => b.dividend,
  (b) => b.currency,
  (b) => b.source,
  (b) => String(b.provisional),
  (b) => b.quality,
  (b) => b.fetchedAt.toISOString(),
  (b) => b.refreshId,
];

/** The factors that come with a row are those of the landing alone: right as they are when it is the whole series. */
async function upsert(client: Client, bars: BarRow[]): Promise<Set<string>> {
  const factors = [...Map.groupBy(bars, ({ symbol }) => symbol).values()].flatMap((own) => adjustmentFactors(own));
  const { rows } = await client.query<{ symbol: string }>({
    name: 'store-bars',
    text: `with stored as (
             insert into daily_bars as b (symbol, session, open, high, low, close, volume, split_ratio, dividend, currency,
               source, provisional, quality, fetched_at, refresh_id, adjustment)
             select symbol, session::date, open::numeric, high::numeric, low::numeric, close::numeric, volume::numeric,
               split_ratio::numeric, dividend::numeric, currency, source, provisional::bool, quality, fetched_at::timestamptz,
               refresh_id, adjustment::numeric
             from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
               $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[])
               as t(symbol, session, open, high, low, close, volume, split_ratio, dividend, currency, source, provisional,
                 quality, fetched_at, refresh_id, adjustment)
             on conflict (symbol, session) do update set open = excluded.open, high = excluded.high, low = excluded.low,
               close = excluded.close, volume = excluded.volume,
               split_ratio = coalesce(excluded.split_ratio, b.split_ratio), dividend = coalesce(excluded.dividend, b.dividend),
               currency = excluded.currency, source = excluded.source, provisional = excluded.provisional,
               quality = excluded.quality, fetched_at = excluded.fetched_at, refresh_id = excluded.refresh_id
             where (b.provisional or not excluded.provisional)
               and (b.open, b.high, b.low, b.close, b.volume, b.split_ratio, b.dividend, b.currency, b.provisional, b.quality)
                 is distinct from (excluded.open, excluded.high, excluded.low, excluded.close, excluded.volume,
                   coalesce(excluded.split_ratio, b.split_ratio), coalesce(excluded.dividend, b.dividend), excluded.currency,
                   excluded.provisional, excluded.quality)
             returning symbol)
           select distinct symbol from stored`,
    values: [...COLUMNS.map((of) => textArray(bars.map(of))), textArray(factors)],
  });
  return new Set(rows.map((row) => row.symbol));
}

/** Series of which the landing is only a part: with something that happened after older bars, or with later bars behind it. */
async function symbolsToReadjust(
  client: Client,
  series: Map<string, BarRow[]>,
  changed: Set<string>,
): Promise<string[]> {
  const landed = [...series].filter(([symbol]) => changed.has(symbol));
  const { rows } = await client.query<{ symbol: string }>({
    name: 'bars-to-readjust',
    text: `select t.symbol from unnest($1::text[], $2::date[], $3::date[], $4::bool[]) as t(symbol, first, last, acted)
           where exists (select from daily_bars b where b.symbol = t.symbol and b.session > t.last)
              or t.acted and exists (select from daily_bars b where b.symbol = t.symbol and b.session < t.first)`,
    values: [
      landed.map(([symbol]) => symbol),
      landed.map(([, bars]) => bars[0]?.session),
      landed.map(([, bars]) => bars.at(-1)?.session),
      landed.map(([, bars]) => bars.some(({ splitRatio, dividend }) => splitRatio !== null || dividend !== null)),
    ],
  });
  return rows.map((row) => row.symbol);
}

/** Computes the factors of whole series again, and writes those that are others. Suspect closes count for none. */
async function readjust(client: Client, symbols: string[]): Promise<void> {
  for (const symbol of symbols) {
    const { rows } = await client.query<Pick<Bar, 'session'> & TradedClose & { adjustment: string }>({
      name: 'bars-of-one-basis',
      text: `select session, close, split_ratio as "splitRatio", dividend, quality, adjustment from daily_bars
             where symbol = $1 order by session`,
      values: [symbol],
    });
    const factors = adjustmentFactors(rows);
    const others = rows.flatMap((row, i) =>
      row.adjustment === factors[i] ? [] : [{ session: row.session, factor: factors[i] }],
    );
    if (others.length === 0) continue;
    await client.query({
      name: 'readjust-bars',
      text: `update daily_bars b set adjustment = t.factor from unnest($2::date[], $3::numeric[]) as t(session, factor)
             where b.symbol = $1 and b.session = t.session`,
      values: [symbol, others.map(({ session }) => session), others.map(({ factor }) => factor)],
    });
  }
}

/** Whoever holds the series in memory sees by its version that it changed; a long series also tells how much it moves. */
async function tellAssets(client: Client, series: Map<string, BarRow[]>, changed: Set<string>): Promise<void> {
  const symbols = [...series.keys()].filter((symbol) => changed.has(symbol));
  await client.query({
    name: 'bars-changed',
    text: `update assets a set bars_version = pg_current_xact_id()::text::bigint, volatility = coalesce(t.volatility, a.volatility)
           from unnest($1::text[], $2::float8[]) as t(symbol, volatility) where a.symbol = t.symbol`,
    values: [
      symbols,
      symbols.map((symbol) => volatilityOf((series.get(symbol) ?? []).filter(({ quality }) => quality === 'good'))),
    ],
  });
}
