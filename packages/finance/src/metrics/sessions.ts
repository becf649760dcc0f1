import type { SessionDate } from '@freshet/market';

const known = new WeakMap<readonly SessionDate[], Map<number, readonly SessionDate[]>>();

/**
 * The sessions from one on; the same array for the same question, so that thousands of series on one axis share it, and
 * know by it that they are on the same sessions.
 */
export function sessionsFrom(sessions: readonly SessionDate[], first: number): readonly SessionDate[] {
  if (first === 0) return sessions;
  let own = known.get(sessions);
  if (!own) known.set(sessions, (own = new Map()));
  let later = own.get(first);
  if (!later) own.set(first, (later = sessions.slice(first)));
  return later;
}
