import type { SessionDate } from '@freshet/market';

/** One session of a calendar: its date and when it trades, in ms since 1970. */
export interface TradingSession {
  date: SessionDate;
  /** The date in days since 1970. */
  day: number;
  openMs: number;
  closeMs: number;
}

/** Reads a year's sessions of a calendar. */
export type ReadYear = (year: number) => TradingSession[];

/**
 * The sessions of one calendar, cached by year so that a quote never costs a calendar computation.
 */
export class TradingSessions {
  #readYear: ReadYear;
  #years = new Map<number, TradingSession[]>();
  #latest: TradingSession | undefined;
  #latestUntil = -1;

  constructor(readYear: ReadYear) {
    this.#readYear = readYear;
  }

  /** The session that trades at a moment, else the last one before it. */
  at(ms: number): TradingSession | undefined {
    const known = this.#latest;
    if (known && ms >= known.openMs && ms < this.#latestUntil) return known;
    const date = new Date(ms + 86_400_000).toISOString().slice(0, 10);
    const next = this.onOrAfter(date);
    let session = next && next.openMs <= ms ? next : this.before(date);
    let following = next;
    while (session && session.openMs > ms) {
      following = session;
      session = this.before(session.date);
    }
    this.#latest = session;
    this.#latestUntil = following && following !== session ? following.openMs : ms;
    return session;
  }

  /** The last session before a date. */
  before(date: SessionDate): TradingSession | undefined {
    const year = Number(date.slice(0, 4));
    return this.#year(year).findLast((session) => session.date < date) ?? this.#year(year - 1).at(-1);
  }

  /** The first session on or after a date. */
  onOrAfter(date: SessionDate): TradingSession | undefined {
    const year = Number(date.slice(0, 4));
    return this.#year(year).find((session) => session.date >= date) ?? this.#year(year + 1).at(0);
  }

  /** All sessions from one date to another, both included. */
  between(from: SessionDate, to: SessionDate): TradingSession[] {
    const years: TradingSession[] = [];
    for (let year = Number(from.slice(0, 4)); year <= Number(to.slice(0, 4)); year++) years.push(...this.#year(year));
    return years.filter((session) => session.date >= from && session.date <= to);
  }

  #year(year: number): TradingSession[] {
    let sessions = this.#years.get(year);
    if (!sessions) this.#years.set(year, (sessions = this.#readYear(year)));
    return sessions;
  }
}
