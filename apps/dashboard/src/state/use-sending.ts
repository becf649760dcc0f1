import { type Signal, useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { reasonOf } from '../api/ask.ts';
import { createOnce } from './once.ts';

export interface Sending {
  busy: Signal<boolean>;
  /** Why the last attempt failed. */
  trouble: Signal<string | null>;
  /** The key under which this is made once, however often it is sent. */
  keyOf(body: object): string;
  /** Does it unless it is being done. `onError` returns whether it dealt with the error. */
  send(work: () => Promise<void>, onError?: (error: unknown) => boolean): Promise<void>;
}

/** One form's sending: one at a time, and what is sent twice is made once. */
export function useSending(): Sending {
  const busy = useSignal(false);
  const trouble = useSignal<string | null>(null);
  const once = useRef(createOnce()).current;
  return {
    busy,
    trouble,
    keyOf: once.keyOf,
    async send(work, onError) {
      if (busy.peek()) return;
      busy.value = true;
      trouble.value = null;
      try {
        await work();
        once.done();
      } catch (error) {
        if (!onError?.(error)) trouble.value = reasonOf(error);
      } finally {
        busy.value = false;
      }
    },
  };
}
