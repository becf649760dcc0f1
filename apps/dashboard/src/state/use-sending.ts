import { type Signal, useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { reasonOf } from '../api/ask.ts';
import { createOnce } from './once.ts';

export interface Sending {
  busy: Signal<boolean>;
  /** Why the last attempt failed. */
  trouble: Signal<string | null>;
  /** The idempotency key for this body. */
  keyOf(body: object): string;
  /** Runs `work`, unless one is running already. `onError` returns whether it has handled the error. */
  send(work: () => Promise<void>, onError?: (error: unknown) => boolean): Promise<void>;
}

/** Sends one form: one request at a time, and a repeated one takes effect once. */
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
