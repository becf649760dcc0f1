import type { SessionState } from '@freshet/contracts/vocabulary';
import { effect, signal } from '@preact/signals';
import { readKept, writeKept } from './kept.ts';
import { session } from './session.ts';
import { startStream, stopStream } from './stream.ts';

/** Whether the page keeps itself up to date. Off: it stands still until a button is pressed. */
export const auto = signal(readKept('auto') !== 'off');

export const OPEN_EVERY_MS = 30_000;
export const CLOSED_EVERY_MS = 300_000;

/** How often to read again: often while any market of what is shown trades, seldom while all of them are shut. */
export function everyMsFor(sessions: readonly SessionState[]): number {
  return sessions.some((session) => session !== 'closed') ? OPEN_EVERY_MS : CLOSED_EVERY_MS;
}

export function followAuto(): void {
  effect(() => {
    writeKept('auto', auto.value ? 'on' : 'off');
    if (auto.value && session.value) startStream();
    else stopStream();
  });
}
