import type { SessionDate } from '@freshet/market';
import { dateOf, day, weekdayOf } from './days.ts';
import type { Exchange } from './exchange.ts';
import type { ZoneClock } from './zone.ts';

/** One trading day of an exchange. `close` is the first moment after it: a session is open from `open` until `close`. */
export interface Session {
  readonly date: SessionDate;
  readonly open: Date;
  readonly close: Date;
  readonly breakStart: Date | null;
  readonly breakEnd: Date | null;
  /** Where extended trading before the open begins; null where there is none. */
  readonly preOpen: Date | null;
  /** Where extended trading after the close ends; null where there is none. */
  readonly postClose: Date | null;
  /** When the final price is made: the close, or the end of the auction that follows it. */
  readonly finalAt: Date;
  /** Closes before the usual hour. */
  readonly halfDay: boolean;
}

/** The sessions of one year by the exchange's rules, in order. */
export function sessionsOfYear(exchange: Exchange, clock: ZoneClock, year: number): Session[] {
  const closed = new Set(exchange.holidays(year));
  const halfDays = exchange.halfDays?.(year);
  const sessions: Session[] = [];
  const end = day(year + 1, 1, 1);
  for (let on = day(year, 1, 1); on < end; on += 1) {
    if (closed.has(on) || !exchange.weekdays.includes(weekdayOf(on))) continue;
    const half = halfDays?.get(on);
    const hours = half ?? exchange.hours(on);
    const close = clock.momentOf(on, hours.close);
    const optional = (time: typeof hours.breakStart) => (time ? new Date(clock.momentOf(on, time)) : null);
    sessions.push(
      Object.freeze({
        date: dateOf(on),
        open: new Date(clock.momentOf(on, hours.open)),
        close: new Date(close),
        breakStart: optional(hours.breakStart),
        breakEnd: optional(hours.breakEnd),
        preOpen: optional(hours.preOpen),
        postClose: optional(hours.postClose),
        finalAt: new Date(close + (exchange.auctionMinutes ?? 0) * 60_000),
        halfDay: half !== undefined,
      }),
    );
  }
  return sessions;
}
