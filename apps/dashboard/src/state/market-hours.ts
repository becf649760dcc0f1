import type { SessionState } from '@freshet/contracts/vocabulary';

export const OPEN_EVERY_MS = 30_000;
export const CLOSED_EVERY_MS = 300_000;

/** How often a page reads itself again: often while any market of what it shows trades, seldom while all of them are shut. */
export function everyMsFor(sessions: readonly SessionState[]): number {
  return sessions.some((session) => session !== 'closed') ? OPEN_EVERY_MS : CLOSED_EVERY_MS;
}
