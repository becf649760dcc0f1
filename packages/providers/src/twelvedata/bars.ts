import type { Bar, MarketSymbol } from '@freshet/market';
import { pairOf } from '@freshet/market';
import { z } from 'zod';
import { assumedOf, inMajor, namedUnit } from '../wire/minor-units.ts';
import type { Reading } from '../provider.ts';
import { otherAnswer, reading, refusal } from '../wire/reading.ts';
import { firstNamed, UNNAMED } from '../symbols/spelling.ts';
import { zCount, zPrice, zText } from '../wire/wire-fields.ts';
import { recordOf } from '../wire/wire-json.ts';
import { rowsOf, zRequiredPrice, zSession } from '../wire/wire-rows.ts';
import { fromTwelveData } from './symbols.ts';

const NOT_DAILY = /^\d+(min|h|week|month)$|less than/;

const zMeta = z.object({
  symbol: zText,
  interval: zText,
  currency: zText,
  exchange: zText,
  mic_code: zText,
  type: zText,
});
const zValue = z.object({
  datetime: zSession,
  open: zPrice,
  high: zPrice,
  low: zPrice,
  close: zRequiredPrice,
  volume: zCount,
});

/** True for values stamped with a time of day. */
function hasTimes(values: unknown): boolean {
  const first = Array.isArray(values) ? recordOf(values[0])?.datetime : undefined;
  return typeof first === 'string' && first.length > 10;
}

/** `{meta, values, status}`: newest day first, numbers as text. The running day is among them, with what it has so far. */
export function readTimeSeries(body: Record<string, unknown>, hint: string | null, asked?: MarketSymbol[]): Reading {
  const meta = zMeta.safeParse(recordOf(body.meta) ?? {}).data;
  const at = { exchange: meta?.exchange, mic: meta?.mic_code, type: meta?.type };
  const symbol = firstNamed(fromTwelveData(meta?.symbol, asked, at), fromTwelveData(hint, asked, at));
  const interval = meta?.interval ?? (hasTimes(body.values) ? 'of less than a day' : '1day');
  if (NOT_DAILY.test(interval)) return otherAnswer('time_series', `interval ${interval} is not daily`);
  const list = rowsOf(zValue, body.values);
  if (!list || (list.rows.length === 0 && list.bad > 0)) {
    return refusal('malformed', 'Twelve Data: a time series without closes.', { symbol });
  }
  if (list.rows.length === 0) return refusal('no_data', 'Twelve Data has no days in this span.', { symbol });
  const unit = namedUnit(pairOf(symbol)?.quote ?? meta?.currency, symbol);
  const bars = list.rows.map(
    (row): Bar => ({
      symbol,
      session: row.datetime,
      open: inMajor(row.open, unit),
      high: inMajor(row.high, unit),
      low: inMajor(row.low, unit),
      close: inMajor(row.close, unit) ?? row.close,
      volume: row.volume,
      currency: symbol === UNNAMED && !meta?.currency ? null : unit.currency,
      ...assumedOf(unit),
    }),
  );
  return reading({ bars });
}

const zEod = z.object({
  symbol: zText,
  exchange: zText,
  mic_code: zText,
  currency: zText,
  datetime: zSession,
  close: zRequiredPrice,
});

/** `/eod`: the last session's close, a bar without the rest of it. Null when it isn't one. */
export function barOfEod(body: Record<string, unknown>, hint: string | null, asked?: MarketSymbol[]): Bar | null {
  const parsed = zEod.safeParse(body);
  if (!parsed.success) return null;
  const row = parsed.data;
  const at = { exchange: row.exchange, mic: row.mic_code };
  const symbol = firstNamed(fromTwelveData(row.symbol, asked, at), fromTwelveData(hint, asked, at));
  const unit = namedUnit(pairOf(symbol)?.quote ?? row.currency, symbol);
  const close = inMajor(row.close, unit) ?? row.close;
  return {
    symbol,
    session: row.datetime,
    open: null,
    high: null,
    low: null,
    close,
    volume: null,
    currency: unit.currency,
    ...assumedOf(unit),
  };
}
