import { adjustmentFactors, type Bar, type TradedClose } from '@freshet/market';
import { COLUMNS, type PackedBars } from './bars-pack.ts';
import { textArray } from '../database/binary-array.ts';
import { measureVolatility } from './measure-volatility.ts';
import type { Client } from '../database/pool.ts';

/**
 * Stores bars in bulk, idempotently. Prices are stored raw, with the factors that adjust them; each series is brought
 * onto one basis in the same transaction. A provisional bar never overwrites a final one, nor a suspect bar a good
 * final one; a provisional bar is replaced by any that comes later. Bars that equal the stored ones change nothing.
 * Returns the symbols whose series changed.
 */
export async function storeBars(client: Client, rows: readonly PackedBars[]): Promise<Set<string>> {
  // Everybody locks series in this order.
  const series = rows.toSorted((a, b) => (a.symbol < b.symbol ? -1 : 1));
  if (series.length === 0) return new Set();
  const changed = await upsert(client, series);
  const grown = series.filter(({ symbol }) => changed.get(symbol) === 'grown');
  if (grown.length > 0) await readjust(client, await symbolsToReadjust(client, grown));
  await measureVolatility(
    client,
    grown.flatMap(({ symbol, volatility }) => (volatility === null ? [symbol] : [])),
  );
  return new Set(changed.keys());
}

/** The series that changed: `new` ones, and those that have `grown` or were corrected. */
async function upsert(client: Client, series: PackedBars[]): Promise<Map<string, 'new' | 'grown'>> {
  const { rows } = await client.query<{ symbol: string; known: boolean }>({
    name: 'store-bars',
    text: STORE,
    values: [
      textArray(series.map(({ symbol }) => symbol)),
      textArray(series.map(({ source }) => source)),
      textArray(series.map(({ currency }) => currency)),
      series.map(({ fetchedAt }) => fetchedAt.toISOString()),
      textArray(series.map(({ refreshId }) => refreshId)),
      series.map(({ volatility }) => volatility),
      series.map(({ askedFrom }) => askedFrom),
      ...COLUMNS.map((_, i) => textArray(series.map(({ columns }) => columns[i] ?? null))),
    ],
  });
  return new Map(rows.map(({ symbol, known }) => [symbol, known ? 'grown' : 'new']));
}

const INTO = `symbol, session, open, high, low, close, volume, split_ratio, dividend, provisional, quality, adjustment,
       source, currency, fetched_at, refresh_id`;

const ROWS = `select s.symbol, t.session, t.open, t.high, t.low, t.close, t.volume, t.split_ratio, t.dividend,
       coalesce(t.provisional, false), coalesce(t.quality, 'good'), coalesce(t.adjustment, 1),
       s.source, s.currency, s.fetched_at, s.refresh_id
     from s cross join lateral unnest(s.sessions::date[], s.opens::numeric[], s.highs::numeric[], s.lows::numeric[],
       s.closes::numeric[], s.volumes::numeric[], s.split_ratios::numeric[], s.dividends::numeric[],
       s.provisionals::bool[], s.qualities::text[], s.adjustments::numeric[])
       as t(session, open, high, low, close, volume, split_ratio, dividend, provisional, quality, adjustment)`;

/**
 * Not every provider tells of splits and dividends. Only the one that told of one takes it back, by telling of none.
 */
const kept = (action: 'split_ratio' | 'dividend') =>
  `case when excluded.source = b.source then excluded.${action} else coalesce(excluded.${action}, b.${action}) end`;
const [SPLIT, DIVIDEND] = [kept('split_ratio'), kept('dividend')];
/**
 * A bar that keeps another provider's split or dividend keeps that provider as its source: otherwise the next bar from
 * here would take it back.
 */
const SOURCE = `case when excluded.split_ratio is null and b.split_ratio is not null or excluded.dividend is null and b.dividend is not null
        then b.source else excluded.source end`;

/**
 * A symbol without stored bars is inserted plainly: looking for conflicts would take a third of the time.
 * `bars_version` tells a process that holds a series in memory that it has changed. A long series also brings the
 * symbol's volatility.
 */
const STORE = `
  with s as materialized (
    select s.*, exists (select from daily_bars b where b.symbol = s.symbol) as known
    from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::float8[], $7::date[], $8::text[], $9::text[],
      $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[])
      as s(symbol, source, currency, fetched_at, refresh_id, volatility, asked_from, sessions, opens, highs, lows, closes,
        volumes, split_ratios, dividends, provisionals, qualities, adjustments)
  ), begun as (
    insert into daily_bars (${INTO}) ${ROWS} where not s.known
  ), grown as (
    insert into daily_bars as b (${INTO}) ${ROWS} where s.known
    on conflict (symbol, session) do update set open = excluded.open, high = excluded.high, low = excluded.low,
      close = excluded.close, volume = excluded.volume,
      split_ratio = ${SPLIT}, dividend = ${DIVIDEND},
      currency = excluded.currency, source = ${SOURCE}, provisional = excluded.provisional,
      quality = excluded.quality, fetched_at = excluded.fetched_at, refresh_id = excluded.refresh_id
    where (b.provisional or not excluded.provisional and (b.quality <> 'good' or excluded.quality = 'good'))
      and (b.open, b.high, b.low, b.close, b.volume, b.split_ratio, b.dividend, b.currency, b.provisional, b.quality)
        is distinct from (excluded.open, excluded.high, excluded.low, excluded.close, excluded.volume,
          ${SPLIT}, ${DIVIDEND}, excluded.currency,
          excluded.provisional, excluded.quality)
    returning symbol
  ), changed as (
    select symbol, known from s where not known and sessions <> '{}' or symbol in (select symbol from grown)
  ), told as (
    update assets a set history_from = least(a.history_from, s.asked_from),
      bars_version = case when c.symbol is null then a.bars_version else pg_current_xact_id()::text::bigint end,
      volatility = case when c.symbol is null then a.volatility else coalesce(s.volatility, a.volatility) end
    from s left join changed c on c.symbol = s.symbol
    where a.symbol = s.symbol and (c.symbol is not null or s.asked_from < coalesce(a.history_from, 'infinity'))
  )
  select symbol, known from changed`;

/**
 * The series whose factors must be computed again: those with a split or dividend in this landing or after its first
 * session, and those in which one was taken back. Then a bar is still adjusted although nothing comes after it: one of
 * this landing's sessions or later ones, or the stored bar before them.
 */
async function symbolsToReadjust(client: Client, series: PackedBars[]): Promise<string[]> {
  const { rows } = await client.query<{ symbol: string }>({
    name: 'bars-to-readjust',
    text: `select t.symbol from unnest($1::text[], $2::date[], $3::bool[]) as t(symbol, first, acted)
           where t.acted
              or exists (select from daily_bars b where b.symbol = t.symbol and b.session > t.first
                         and (b.split_ratio is not null or b.dividend is not null or b.adjustment <> 1))
              or exists (select from (select b.adjustment from daily_bars b where b.symbol = t.symbol and b.session <= t.first
                                      order by b.session desc limit 2) l where l.adjustment <> 1)`,
    values: [series.map(({ symbol }) => symbol), series.map(({ first }) => first), series.map(({ acted }) => acted)],
  });
  return rows.map((row) => row.symbol);
}

/** Computes the factors of whole series again, and writes those that differ. Suspect closes are ignored. */
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
