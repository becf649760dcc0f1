import type { SessionDate } from '@freshet/market';

const known = new WeakMap<readonly SessionDate[], Map<number, readonly SessionDate[]>>();

/**
 * The sessions from a given one on. The same arguments return the same array, so thousands of series on one axis share it and
 * can tell by identity that their sessions are equal.
 */
export function sessionsFrom(sessions: readonly SessionDate[], first: number): readonly SessionDate[] {
  if (first === 0) return sessions;
  let own = known.get(sessions);
  if (!own) known.set(sessions, (own = new Map()));
  let later = own.get(first);
  if (!later) own.set(first, (later = sessions.slice(first)));
  return later;
}
