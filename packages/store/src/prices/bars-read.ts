import type { Queryable } from '../database/pool.ts';

/** A symbol's daily closes as numbers, with its splits and dividends, as calculations hold them in memory. */
export interface BarSeries {
  symbol: string;
  /** The version of the series when it was read. */
  version: number;
  /** Days since 1970-01-01, ascending. */
  days: Int32Array<SharedArrayBuffer>;
  /** Raw closes as traded. */
  closes: Float64Array<SharedArrayBuffer>;
  /** Day and ratio of each split, one after the other. */
  splits: Float64Array<SharedArrayBuffer>;
  /** Day and cash per unit (in units of that day) of each dividend, one after the other. */
  dividends: Float64Array<SharedArrayBuffer>;
}

/**
 * All good daily bars of these symbols; symbols without bars are left out. They are read as two byte strings per
 * symbol: 500 symbols of two years are 250,000 bars, which as rows would take several times as long. The arrays are in
 * shared memory, so that threads read them without a copy.
 */
export async function barSeries(db: Queryable, symbols: string[]): Promise<BarSeries[]> {
  if (symbols.length === 0) return [];
  const { rows } = await db.query<{ symbol: string; version: number; days: Buffer; closes: Buffer; actions: Action[] }>(
    {
      name: 'bar-series',
      text: `select a.symbol, a.bars_version as version,
             string_agg(int4send(b.session - date '1970-01-01'), ''::bytea order by b.session) as days,
             string_agg(float8send(b.close::float8), ''::bytea order by b.session) as closes,
             coalesce(json_agg(json_build_array(b.session - date '1970-01-01', b.split_ratio::float8, b.dividend::float8) order by b.session)
               filter (where b.split_ratio is not null or b.dividend is not null), '[]') as actions
           from assets a join daily_bars b on b.symbol = a.symbol
           where a.symbol = any($1) and b.quality = 'good' group by a.symbol`,
      values: [symbols],
    },
  );
  return rows.map(({ symbol, version, days, closes, actions }) => {
    const splits = actions.flatMap(([day, ratio]) => (ratio && ratio > 0 ? [day, ratio] : []));
    const dividends = actions.flatMap(([day, , cash]) => (cash && cash > 0 ? [day, cash] : []));
    const count = days.length / 4;
    // One block of memory per symbol: passing it to a thread takes time per block, and four would take four times as
    // long.
    const block = new SharedArrayBuffer(closes.length + (splits.length + dividends.length) * 8 + days.length);
    new Uint8Array(block).set(closes.swap64());
    const at = closes.length + splits.length * 8;
    const numbers = new Float64Array(block, closes.length, splits.length + dividends.length);
    numbers.set(splits);
    numbers.set(dividends, splits.length);
    new Uint8Array(block).set(days.swap32(), at + dividends.length * 8);
    return {
      symbol,
      version,
      days: new Int32Array(block, at + dividends.length * 8, count),
      closes: new Float64Array(block, 0, count),
      splits: new Float64Array(block, closes.length, splits.length),
      dividends: new Float64Array(block, at, dividends.length),
    };
  });
}

/** Day, split ratio, dividend. */
type Action = [number, number | null, number | null];

/** A good final close as it was traded, with the split or dividend of its day. */
export interface CloseRow {
  symbol: string;
  session: string;
  close: string;
  volume: string | null;
  splitRatio: string | null;
  dividend: string | null;
}

/**
 * The good final closes of symbols from some 25 sessions before a day on, oldest first. Later bars are checked against
 * them.
 */
export async function closesAround(
  db: Queryable,
  of: readonly { symbol: string; from: string }[],
): Promise<Map<string, CloseRow[]>> {
  const { rows } = await db.query<CloseRow>({
    name: 'closes-around',
    text: `select b.* from unnest($1::text[], $2::date[]) as t(symbol, first) cross join lateral (
             select symbol, session, close, volume, split_ratio as "splitRatio", dividend from daily_bars
             where symbol = t.symbol and session > t.first - 37 and quality = 'good' and not provisional order by session) b`,
    values: [of.map(({ symbol }) => symbol), of.map(({ from }) => from)],
  });
  return Map.groupBy(rows, ({ symbol }) => symbol);
}

/** The good final closes of one symbol, as they were traded, by session. */
export async function closesBySession(db: Queryable, symbol: string): Promise<Map<string, string>> {
  const { rows } = await db.query<{ session: string; close: string }>({
    name: 'closes-by-session',
    text: `select session, close from daily_bars where symbol = $1 and quality = 'good' and not provisional`,
    values: [symbol],
  });
  return new Map(rows.map(({ session, close }) => [session, close]));
}
