import type { Calendar } from '@freshet/calendar';
import type { SessionDate } from '@freshet/market';

/** How far back the history of a full refresh reaches. */
export const HISTORY_YEARS = 2;
/** Sessions read again at the end of what is stored: providers correct their last days. */
const OVERLAP_SESSIONS = 5;
/** The rest of the month that it begins with, and a long weekend: two years to the day are whole. */
const WHOLE_WITHIN_DAYS = 40;
const DAY_MS = 86_400_000;

/**
 * The sessions that a full refresh still has to ask for: all of them once, then only those since the last final bar
 * (with an overlap), or since the first that is in doubt, which may have become right, or been explained. Null when nothing is missing. What was asked for and is not there doesn't exist, and isn't asked again;
 * what nobody has anything of is asked for again in another month, for somebody may have learned of it. Where whoever was asked
 * reached less far back, all of it is asked for again as soon as somebody who reaches further would be asked first.
 */
export function missingHistory(
  /** `askedFrom`: without any bar, up to when they were asked for in vain. */
  history: {
    askedFrom: SessionDate | null;
    lastFinal: SessionDate | null;
    /** The first of late that is in doubt. */
    doubtedFrom?: SessionDate | null;
  },
  calendar: Calendar,
  now: Date,
  /** How far back whoever would be asked reaches, in calendar days; called only where what is stored is short. */
  historyDays: () => number = () => Infinity,
): { from: SessionDate; to: SessionDate } | null {
  const to = calendar.sessionAt(now).previousSession.date;
  const from = yearsBefore(to, HISTORY_YEARS);
  if (!history.lastFinal && history.askedFrom && history.askedFrom > from && monthOf(history.askedFrom) === monthOf(to))
    return null;
  if (!history.askedFrom || !history.lastFinal) return { from, to };
  if (isShort(history.askedFrom, from) && reachOf(historyDays(), now) < history.askedFrom) return { from, to };
  if (history.lastFinal >= to) return null;
  const { lastFinal, doubtedFrom } = history;
  const overlap = overlapAt(doubtedFrom && doubtedFrom < lastFinal ? doubtedFrom : lastFinal, calendar);
  return { from: overlap > from ? overlap : from, to };
}

/** Whether sessions follow others that are stored: all of them that are ever asked for reach back further. */
export function followsStored(from: SessionDate | null, to: SessionDate | null): boolean {
  return from !== null && to !== null && from > yearsBefore(to, HISTORY_YEARS - 1);
}

/**
 * The sessions that tell whether a price that looks like a split is one: from the last final bar on, with the overlap, through the session
 * that runs; all of them where none is stored. Null when bars were asked about it already, and before a session opens: there is no bar of it.
 */
export function sessionsThatTell(
  history: { lastFinal: SessionDate | null },
  toldTo: SessionDate | null,
  calendar: Calendar,
  now: Date,
): { from: SessionDate; to: SessionDate } | null {
  const { state, latestSession } = calendar.sessionAt(now);
  const to = latestSession.date;
  if (state === 'pre' || (toldTo && toldTo >= to)) return null;
  return { from: history.lastFinal ? overlapAt(history.lastFinal, calendar) : yearsBefore(to, HISTORY_YEARS), to };
}

function overlapAt(lastFinal: SessionDate, calendar: Calendar): SessionDate {
  let first = lastFinal;
  for (let i = 1; i < OVERLAP_SESSIONS; i++) first = calendar.previousSession(first).date;
  return first;
}

/** The first day that a provider tells of which reaches so many days back; the beginning of time without a limit. */
export function reachOf(historyDays: number, now: Date): SessionDate {
  return historyDays === Infinity ? '0000-01-01' : dateOf(now.getTime() - historyDays * DAY_MS);
}

const isShort = (askedFrom: SessionDate, from: SessionDate) =>
  askedFrom > dateOf(Date.parse(from) + WHOLE_WITHIN_DAYS * DAY_MS);

const dateOf = (time: number): SessionDate => new Date(time).toISOString().slice(0, 10);
const monthOf = (date: SessionDate) => date.slice(0, 7);

/** The first day of the month, so that a day's passing doesn't make the whole history missing again. */
function yearsBefore(date: SessionDate, years: number): SessionDate {
  return `${Number(date.slice(0, 4)) - years}-${date.slice(5, 7)}-01`;
}
