import { effect, signal } from '@preact/signals';
import { readKept, writeKept } from './kept.ts';
import { session } from './session.ts';
import { startStream, stopStream } from './stream.ts';

/** Whether the page keeps itself up to date. Off: it stands still until a button is pressed. */
export const auto = signal(readKept('auto') !== 'off');

export function followAuto(): void {
  let stood = false;
  effect(() => {
    writeKept('auto', auto.value ? 'on' : 'off');
    if (auto.value && session.value) startStream({ resumed: stood });
    else stopStream();
    // After a sign-in the page is read anew anyway, so nothing has stood still.
    stood = Boolean(session.value) && !auto.value;
  });
}
