import type { Bar, MarketSymbol, SessionDate } from '@freshet/market';
import { z } from 'zod';
import { assumedOf, inMajor, listedUnit } from '../wire/minor-units.ts';
import type { Reading } from '../provider.ts';
import { otherAnswer, reading, refusal } from '../wire/reading.ts';
import { UNNAMED } from '../symbols/spelling.ts';
import { wireCount, wirePositive, wireTime } from '../wire/wire-number.ts';

const DAY_MS = 86_400_000;
const zColumn = z.array(z.unknown()).nullish();
const zCandles = z.object({
  t: z.array(z.unknown()),
  c: z.array(z.unknown()),
  o: zColumn,
  h: zColumn,
  l: zColumn,
  v: zColumn,
});

/**
 * The session of a day candle. Finnhub has stamped them at 00:00Z of the date, at New York's midnight and at the
 * session's open: the UTC date is right for all three; currencies open at 17:00 New York, Sydney before midnight UTC:
 * those evenings belong to the next day.
 */
function sessionOfStamp(stamp: Date): SessionDate {
  const day = stamp.getUTCHours() >= 20 ? new Date(stamp.getTime() + DAY_MS) : stamp;
  return day.toISOString().slice(0, 10);
}

/** True when the smallest step between stamps is about a day: for answers whose resolution isn't known. */
function stepsByDay(stamps: Date[]): boolean {
  const steps = stamps.slice(1).map((stamp, i) => stamp.getTime() - (stamps[i]?.getTime() ?? 0));
  const least = Math.min(...steps.filter((step) => step > 0));
  return steps.length === 0 || (least >= 0.8 * DAY_MS && least <= 4 * DAY_MS);
}

/** `/stock/candle`, `/crypto/candle`, `/forex/candle`: lists side by side, `s` is `ok` or `no_data`. */
export function readCandles(body: Record<string, unknown>, symbol: MarketSymbol, resolution: string | null): Reading {
  if (body.s === 'no_data') return refusal('no_data', 'Finnhub has no candles in this span.', { symbol });
  if (resolution !== null && resolution !== 'D') return otherAnswer('candle', `resolution ${resolution} is not daily`);
  const parsed = zCandles.safeParse(body);
  if (!parsed.success || parsed.data.t.length !== parsed.data.c.length) {
    return refusal('malformed', 'Finnhub: candles whose lists do not fit together.', { symbol });
  }
  const { t, c, o, h, l, v } = parsed.data;
  const stamps = t.map(wireTime);
  if (resolution === null && !stepsByDay(stamps.filter((stamp) => stamp !== null))) {
    return otherAnswer('candle', 'these candles are not daily');
  }
  const { unit, major } = {
    unit: listedUnit(symbol),
    major: (value: unknown) => inMajor(wirePositive(value), unit),
  };
  const bars = stamps.flatMap((stamp, i): Bar[] => {
    const close = major(c[i]);
    if (stamp === null || close === null) return [];
    return [
      {
        symbol,
        session: sessionOfStamp(stamp),
        open: major(o?.[i]),
        high: major(h?.[i]),
        low: major(l?.[i]),
        close,
        volume: wireCount(v?.[i]),
        currency: symbol === UNNAMED ? null : unit.currency,
        ...assumedOf(unit),
      },
    ];
  });
  return bars.length > 0 ? reading({ bars }) : refusal('malformed', 'Finnhub: candles without a close.', { symbol });
}
