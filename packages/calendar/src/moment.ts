import type { Session } from './session.ts';

/** `pre` and `post`: extended hours. `closed`: no trading, lunch breaks included. */
export type SessionState = 'open' | 'pre' | 'post' | 'closed';

/** The state of an exchange at a moment; it doesn't change from `since` until `until`. */
export interface MarketMoment {
  readonly state: SessionState;
  /** In the lunch break: the state is `closed`, but the session isn't over. */
  readonly onBreak: boolean;
  /** The session that this moment is part of, its extended hours and its break included. */
  readonly session: Session | null;
  readonly opensAt: Date | null;
  readonly closesAt: Date | null;
  /** When trading next begins or, in a break, resumes. */
  readonly nextOpen: Date;
  /** When the present session, or else the next one, closes. */
  readonly nextClose: Date;
  /** When the last session closed. */
  readonly previousClose: Date;
  /** The last session that has closed. */
  readonly previousSession: Session;
  /** The next session to open. */
  readonly nextSession: Session;
  /** The last session that has opened; it may be running. */
  readonly latestSession: Session;
  /** When trading last stopped, at a close or for a break; null while it goes on. */
  readonly quietSince: Date | null;
  /**
   * When the last price of the trading that stopped was made: at `quietSince`, or at the end of the closing auction.
   */
  readonly lastPriceAt: Date | null;
  readonly since: Date;
  /** When the state changes next. */
  readonly until: Date;
}

/**
 * The state at `now`. `session` must be the last session that has begun, its extended hours included; `before` and
 * `after` are its neighbours.
 */
export function momentIn(before: Session, session: Session, after: Session, now: number): MarketMoment {
  const opened = now >= session.open.getTime();
  const ended = now >= session.close.getTime();
  const onBreak = isBetween(now, session.breakStart, session.breakEnd);
  const inPost = ended && session.postClose !== null && now < session.postClose.getTime();
  const open = opened && !ended && !onBreak;
  const state: SessionState = open ? 'open' : inPost ? 'post' : opened ? 'closed' : 'pre';
  const part = ended && !inPost ? null : session;
  const previous = ended ? session : before;
  const nextSession = opened ? after : session;
  const stopped = onBreak ? session.breakStart : previous.close;
  return Object.freeze({
    state,
    onBreak,
    session: part,
    opensAt: part?.open ?? null,
    closesAt: part?.close ?? null,
    nextOpen: onBreak ? session.breakEnd! : nextSession.open,
    nextClose: ended ? after.close : session.close,
    previousClose: previous.close,
    previousSession: previous,
    nextSession,
    latestSession: opened ? session : before,
    quietSince: open ? null : stopped,
    lastPriceAt: open ? null : onBreak ? stopped : previous.finalAt,
    ...span(session, after, now),
  });
}

function isBetween(now: number, from: Date | null, to: Date | null): boolean {
  return from !== null && to !== null && now >= from.getTime() && now < to.getTime();
}

function span(session: Session, after: Session, now: number): { since: Date; until: Date } {
  const { preOpen, open, breakStart, breakEnd, close, postClose } = session;
  const changes = [preOpen, open, breakStart, breakEnd, close, postClose, after.preOpen ?? after.open].filter(
    (change) => change !== null,
  );
  const next = changes.findIndex((change) => change.getTime() > now);
  return { since: changes[next - 1]!, until: changes[next]! };
}
