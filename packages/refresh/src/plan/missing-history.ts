import type { Calendar } from '@freshet/calendar';
import type { SessionDate } from '@freshet/market';

/** How far back the history of a full refresh reaches. */
export const HISTORY_YEARS = 2;
/** Sessions read again at the end of what is stored: providers correct their last days. */
const OVERLAP_SESSIONS = 5;
/** History may begin so much later than asked and still be whole: the rest of its first month and a long weekend. */
const WHOLE_WITHIN_DAYS = 40;
const DAY_MS = 86_400_000;

/**
 * The sessions that a full refresh still has to ask for; null when none is missing. All sessions are asked for once. After that only those
 * since the last final bar (with an overlap), or since the first one in doubt, which may have been corrected or explained. Sessions that
 * were asked for and aren't there don't exist, and aren't asked for again. A symbol without any bars is asked for again in another month,
 * because a provider may have learned of it. If the provider that was asked reached less far back, everything is asked for again
 * once the first provider of the chain reaches further.
 */
export function missingHistory(
  /** `askedFrom`: the first session asked for; of a symbol without any bar, the last one asked for in vain. */
  history: {
    askedFrom: SessionDate | null;
    lastFinal: SessionDate | null;
    /** The first recent session in doubt. */
    doubtedFrom?: SessionDate | null;
  },
  calendar: Calendar,
  now: Date,
  /** How far back the provider reaches that would be asked, in calendar days; called only if the stored history is short. */
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

/** Whether these sessions continue a stored series: a request for the whole history reaches back further. */
export function followsStored(from: SessionDate | null, to: SessionDate | null): boolean {
  return from !== null && to !== null && from > yearsBefore(to, HISTORY_YEARS - 1);
}

/**
 * The sessions whose bars tell whether a price that looks like a split is one: from the last final bar on, with the overlap, through the
 * latest session; the whole history where no bar is stored. Null when those bars were asked for already, and before a session
 * opens, when it has no bar yet.
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

/** The first day that a provider's bars reach back to; the beginning of time without a limit. */
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
