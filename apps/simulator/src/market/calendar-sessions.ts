import { calendarIdOf, calendarOf } from '@freshet/calendar';
import type { UniverseAsset } from '@freshet/market';
import { dayOf } from './day-number.ts';
import { TradingSessions } from './trading-sessions.ts';

const known = new Map<string, TradingSessions>();

/** The sessions of the calendar that an asset trades by, shared by all of its assets. */
export function calendarSessions({ assetClass, symbol }: UniverseAsset): TradingSessions {
  const id = calendarIdOf(assetClass, symbol);
  let sessions = known.get(id);
  if (!sessions) {
    const calendar = calendarOf(id);
    sessions = new TradingSessions((year) =>
      calendar.sessions(`${year}-01-01`, `${year}-12-31`).map(({ date, open, close }) => {
        return { date, day: dayOf(date), openMs: open.getTime(), closeMs: close.getTime() };
      }),
    );
    known.set(id, sessions);
  }
  return sessions;
}
