import { Amount, type Bar, decimalText, type SessionDate } from '@freshet/market';
import { z } from 'zod';
import { inMajor, type PriceUnit } from '../wire/minor-units.ts';
import { dateInZone, isZone } from '../wire/session-date.ts';
import { zDecimal, zText } from '../wire/wire-fields.ts';
import { recordOf } from '../wire/wire-json.ts';
import { wirePositive, wireTimeMs } from '../wire/wire-number.ts';

type SessionReader = (time: unknown) => SessionDate | null;

const DAY_S = 86_400;

/** Reads Unix seconds as the date at the exchange: by its zone, or by the offset that was told when the zone isn't known. */
export function sessionReader(zone: string | null, offsetSeconds: number): SessionReader {
  const known = zone !== null && isZone(zone) ? zone : null;
  const offsetMs = Math.abs(offsetSeconds) <= DAY_S ? offsetSeconds * 1000 : 0;
  return (time) => {
    const moment = wireTimeMs(time);
    if (moment === null) return null;
    return known ? dateInZone(moment, known) : dateInZone(moment + offsetMs, 'UTC');
  };
}

const split = z.object({ date: zDecimal, numerator: zDecimal, denominator: zDecimal, splitRatio: zText });
const dividend = z.object({ date: zDecimal, amount: zDecimal });

/** Splits and dividends are a map beside the rows; each belongs to the first session on or after its own day. */
export function addEvents(bars: Bar[], events: unknown, sessionOf: SessionReader, unit: PriceUnit): void {
  const barAt = (key: string, date: string | null) => {
    const session = sessionOf(date ?? key);
    return session ? bars.find((bar) => bar.session >= session) : undefined;
  };
  for (const { key, date, ratio } of splitsIn(events)) {
    const bar = barAt(key, date);
    if (bar) bar.splitRatio = ratio;
  }
  for (const [key, event] of Object.entries(recordOf(recordOf(events)?.dividends) ?? {})) {
    const fields = dividend.safeParse(event);
    const cash = fields.success ? inMajor(wirePositive(fields.data.amount), unit) : null;
    const bar = cash && barAt(key, fields.data?.date ?? null);
    // Two on one day (ordinary and special) add up.
    if (bar) bar.dividend = decimalText(new Amount(bar.dividend ?? 0).plus(cash));
  }
}

/** The ratio of all splits together that took effect after this session, up to a moment; null when none did. What is announced for later is in no price. */
export function splitAfter(last: SessionDate, until: Date, events: unknown, sessionOf: SessionReader): string | null {
  const today = sessionOf(until.getTime() / 1_000) ?? '';
  const later = splitsIn(events).filter(({ key, date }) => {
    const session = sessionOf(date ?? key) ?? '';
    return session > last && session <= today;
  });
  return later.length > 0 ? decimalText(later.reduce((all, { ratio }) => all.times(ratio), new Amount(1))) : null;
}

function splitsIn(events: unknown): { key: string; date: string | null; ratio: string }[] {
  return Object.entries(recordOf(recordOf(events)?.splits) ?? {}).flatMap(([key, event]) => {
    const fields = split.safeParse(event);
    const ratio = fields.success ? ratioOf(fields.data) : null;
    return ratio ? [{ key, date: fields.data?.date ?? null, ratio }] : [];
  });
}

/** New shares for one old: from the two numbers, or from the text `4:1`. */
function ratioOf(fields: z.infer<typeof split>): string | null {
  const [left, right] = (fields.splitRatio ?? '').split(/[:/]/);
  const numerator = wirePositive(fields.numerator) ?? wirePositive(left);
  const denominator = wirePositive(fields.denominator) ?? wirePositive(right);
  return numerator && denominator ? decimalText(new Amount(numerator).div(denominator)) : null;
}
