import type { EarningsDate, MarketSymbol } from '@freshet/market';
import { z } from 'zod';
import { dateInZone, isZone, minuteInZone } from '../wire/session-date.ts';
import { zDecimal, zList, zMoment, zText } from '../wire/wire-fields.ts';
import { wireDate, wireTime } from '../wire/wire-number.ts';
import { recordOf } from '../wire/wire-json.ts';

const earningsFields = z.object({
  earningsTimestamp: zMoment,
  earningsTimestampStart: zMoment,
  earningsTimestampEnd: zMoment,
  isEarningsDateEstimate: z.unknown().optional(),
  exchangeTimezoneName: zText,
  gmtOffSetMilliseconds: zDecimal,
});

const BEFORE_OPEN_MINUTE = 9 * 60 + 30;
const AFTER_CLOSE_MINUTE = 16 * 60;

/**
 * The next report that a quote speaks of, or the last one when none is announced. `earningsTimestamp` is often the last
 * report while `…Start` and `…End` span the days expected for the next: the earliest moment that isn't past counts.
 */
export function earningsOf(element: unknown, symbol: MarketSymbol, at: Date): EarningsDate | null {
  const fields = earningsFields.safeParse(element);
  if (!fields.success) return null;
  const { earningsTimestamp, earningsTimestampStart, earningsTimestampEnd, isEarningsDateEstimate } = fields.data;
  const zone = fields.data.exchangeTimezoneName;
  const moments = [earningsTimestampStart, earningsTimestamp, earningsTimestampEnd];
  const estimated = isEarningsDateEstimate === true || spans(earningsTimestampStart, earningsTimestampEnd);
  const moment = nextOrLast(moments, at);
  if (!moment) return null;
  // An estimate's hour means nothing. The last report's hour is known even while the next one is an estimate.
  const guess = estimated && moment !== earningsTimestamp;
  return dated(symbol, moment, zone && isZone(zone) ? zone : 'America/New_York', guess);
}

/** From quoteSummary's `calendarEvents`: `earnings.earningsDate`, one or two moments. */
export function earningsOfCalendar(events: unknown, symbol: MarketSymbol, at: Date): EarningsDate | null {
  const earnings = z.object({ earningsDate: zList, isEarningsDateEstimate: z.unknown().optional() });
  const fields = earnings.safeParse(recordOf(events)?.earnings);
  if (!fields.success) return null;
  const moments = fields.data.earningsDate.map((one) => calendarMoment(recordOf(one)?.raw ?? one));
  const moment = nextOrLast(moments, at);
  const guess = fields.data.isEarningsDateEstimate === true || moments.length > 1;
  return moment ? dated(symbol, moment, 'America/New_York', guess) : null;
}

function calendarMoment(value: unknown): Date | null {
  return typeof value === 'string' && value.includes('-') ? wireDate(value) : wireTime(value);
}

const DAY_MS = 86_400_000;

function nextOrLast(moments: (Date | null)[], at: Date): Date | null {
  const known = moments.filter((one) => one !== null).sort((a, b) => a.getTime() - b.getTime());
  return known.find((one) => one.getTime() >= at.getTime() - DAY_MS / 2) ?? known.at(-1) ?? null;
}

function spans(start: Date | null, end: Date | null): boolean {
  return start !== null && end !== null && end.getTime() - start.getTime() > DAY_MS / 2;
}

function dated(symbol: MarketSymbol, moment: Date, zone: string, estimated: boolean): EarningsDate {
  const date = dateInZone(moment, zone);
  if (estimated) return { symbol, date, when: 'unknown' };
  const minute = minuteInZone(moment, zone);
  if (minute < BEFORE_OPEN_MINUTE) return { symbol, date, when: 'before_open' };
  return { symbol, date, when: minute >= AFTER_CLOSE_MINUTE ? 'after_close' : 'unknown' };
}
