import type { Bar, MarketSymbol } from '@freshet/market';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { assumedOf, inMajor, namedUnit } from '../wire/minor-units.ts';
import { pairAsked } from '../symbols/pair-symbols.ts';
import type { Reading } from '../provider.ts';
import { reading, refusal } from '../wire/reading.ts';
import { firstNamed, UNNAMED } from '../symbols/spelling.ts';
import { zCount, zDecimal, zPrice } from '../wire/wire-fields.ts';
import { recordOf } from '../wire/wire-json.ts';
import { rowsOf, zRequiredPrice, zSession } from '../wire/wire-rows.ts';
import { byWords } from './fields.ts';
import { fromAlphaVantage } from './symbols.ts';

const zDay = z.object({
  session: zSession,
  open: zPrice,
  high: zPrice,
  low: zPrice,
  close: zRequiredPrice,
  volume: zCount,
  'adjusted close': zPrice,
  'dividend amount': zDecimal,
  'split coefficient': zDecimal,
});

/** The bars of rows whose keys are already words; nothing but zero and one are no dividend and no split. */
function barsOf(rows: Record<string, unknown>[], symbol: MarketSymbol, quotedIn?: string): Reading {
  const unit = namedUnit(quotedIn, symbol);
  const list = rowsOf(zDay, rows);
  const bars = (list?.rows ?? []).map((row): Bar => {
    const [dividend, split] = [row['dividend amount'], row['split coefficient']];
    return {
      symbol,
      session: row.session,
      open: inMajor(row.open, unit),
      high: inMajor(row.high, unit),
      low: inMajor(row.low, unit),
      close: inMajor(row.close, unit) ?? row.close,
      volume: row.volume,
      ...(row['adjusted close'] === null ? {} : { adjustedClose: inMajor(row['adjusted close'], unit) }),
      ...(dividend !== null && Number(dividend) > 0 ? { dividend: inMajor(dividend, unit) } : {}),
      ...(split !== null && Number(split) > 0 && Number(split) !== 1 ? { splitRatio: split } : {}),
      currency: symbol === UNNAMED && !quotedIn ? null : unit.currency,
      ...assumedOf(unit),
    };
  });
  if (bars.length > 0) return reading({ bars });
  return rows.length === 0
    ? refusal('no_data', 'Alpha Vantage has no days in this answer.', { symbol })
    : refusal('malformed', 'Alpha Vantage: days without a close.', { symbol });
}

/**
 * `TIME_SERIES_DAILY`, `…_ADJUSTED`, `FX_DAILY`, `DIGITAL_CURRENCY_DAILY`: an object keyed by date beside `Meta Data` that
 * names the symbol. The old form of coins has each price twice (`1a. open (CNY)`, `1b. open (USD)`): the market's own counts.
 */
export function readDaily(
  metaData: unknown,
  series: unknown,
  symbolAsked: MarketSymbol,
  asked?: MarketSymbol[],
): Reading {
  const days = recordOf(series);
  if (!days) return refusal('malformed', 'Alpha Vantage: a daily series that is no object.', { symbol: symbolAsked });
  const meta = byWords(recordOf(metaData) ?? {});
  const said = (key: string) => (typeof meta[key] === 'string' ? String(meta[key]) : null);
  const base = said('from symbol') ?? said('digital currency code');
  const quote = said('to symbol') ?? said('market code');
  const named = base && quote ? pairAsked(base, quote, asked) : fromAlphaVantage(said('symbol'), asked);
  const symbol = firstNamed(named, symbolAsked);
  const rows = Object.entries(days).map(([date, row]) => {
    const record = recordOf(row) ?? {};
    const plain = quote
      ? Object.fromEntries(Object.entries(record).map(([key, value]) => [key.replace(` (${quote})`, ''), value]))
      : record;
    return { ...byWords(plain), session: date };
  });
  return barsOf(rows, symbol, quote ?? undefined);
}

/** The same as CSV (`datatype=csv`): `timestamp,open,high,low,close[,adjusted_close],volume[,dividend_amount,split_coefficient]`. */
export function readDailyCsv(body: string, symbol: MarketSymbol): Reading {
  const rows = csvRows(body);
  if (!rows) return refusal('malformed', 'Alpha Vantage: rows that are no CSV.', { symbol });
  return barsOf(
    rows.map((row) => ({ ...byWords(row), session: row.timestamp ?? row.time ?? row.date })),
    symbol,
  );
}

/** The rows of a CSV with a header; null when it has none. */
export function csvRows(body: string): Record<string, string>[] | null {
  try {
    return parse(body, { columns: true, skip_empty_lines: true, trim: true, bom: true, relax_column_count: true });
  } catch {
    return null;
  }
}
