import { effect, signal } from '@preact/signals';
import { readKept, writeKept } from './kept.ts';
import { cutOff, session } from './session.ts';
import { startStream, stopStream } from './stream.ts';

/** Whether the page keeps itself up to date. Off: it stands still until a button is pressed. */
export const auto = signal(readKept('auto') !== 'off');

export function followAuto(): void {
  let stood = false;
  effect(() => {
    writeKept('auto', auto.value ? 'on' : 'off');
    if (auto.value && session.value && !cutOff.value) startStream({ resumed: stood });
    else stopStream();
    // Who comes new has a page made anew, so that nothing has stood still.
    stood = Boolean(session.value) && (!auto.value || cutOff.value);
  });
}
