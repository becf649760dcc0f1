import type { CallKey } from '@freshet/client';
import type { AnswerOf } from '@freshet/contracts/api';
import type { EventType } from '@freshet/contracts/vocabulary';
import { type Signal, useSignal, useSignalEffect } from '@preact/signals';
import { useCallback, useEffect, useRef } from 'preact/hooks';
import { ask, type Given, isNotFound, READ_MS, reasonOf } from '../api/ask.ts';
import { askWhole } from './read-all.ts';
import { createReader, type Reader } from './reader.ts';
import { missed, onEvent } from './stream.ts';

export interface Read<T> {
  data: Signal<T | null>;
  /** Why the last reading failed; what was read before stays. */
  trouble: Signal<string | null>;
  /** Whether the last reading was answered with: there is no such thing. */
  notFound: Signal<boolean>;
  reading: Signal<boolean>;
  again(): void;
}

interface ReadOptions<K extends CallKey, T = AnswerOf<K>> {
  /** Reads again after so long, while the page is seen. */
  everyMs?: number;
  /** Reads again when such an event comes, at most once a second. */
  on?: readonly EventType[];
  /** Which of these events matter; default: each. */
  heeds?(payload: Record<string, unknown>): boolean;
  /** Reads all pages of a list. */
  whole?: boolean;
  /** Reads in another way than by asking once. */
  read?(given: Given<K>): Promise<T>;
  /** Called with each answer. */
  onData?(data: T): void;
}

const SETTLE_MS = 300;

/**
 * Reads an operation for as long as the component is shown: at once, when its parameters change, after `everyMs`, on
 * events, and when something may have been missed. A null key reads nothing.
 */
export function useRead<K extends CallKey>(
  key: K | null,
  given: Given<K> = {},
  options: ReadOptions<K> = {},
): Read<AnswerOf<K>> {
  const data = useSignal<AnswerOf<K> | null>(null);
  const trouble = useSignal<string | null>(null);
  const notFound = useSignal(false);
  const reading = useSignal(false);
  const latest = useRef(options);
  latest.current = options;
  const reader = useRef<Reader | null>(null);
  const name = JSON.stringify([key, given.path, given.query]);
  const again = useCallback(() => reader.current?.again(), []);

  useEffect(() => {
    data.value = null;
    trouble.value = null;
    notFound.value = false;
    reading.value = false;
    if (key === null) return;
    const one = createReader<AnswerOf<K>>({
      read() {
        const limited = { ...given, signal: AbortSignal.timeout(READ_MS) };
        if (latest.current.read) return latest.current.read(limited);
        return latest.current.whole ? askWhole(key, limited) : ask(key, limited);
      },
      onReading(now) {
        reading.value = now;
      },
      onAnswer(answer) {
        data.value = answer;
        trouble.value = null;
        notFound.value = false;
        latest.current.onData?.(answer);
      },
      onError(error) {
        trouble.value = reasonOf(error);
        notFound.value = isNotFound(error);
      },
    });
    reader.current = one;
    one.again();
    return () => {
      one.stop();
      reader.current = null;
    };
  }, [name]);

  const { everyMs } = options;
  useEffect(() => {
    if (everyMs === undefined) return;
    const look = () => {
      if (!document.hidden) reader.current?.tick();
    };
    const timer = setInterval(look, everyMs);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [name, everyMs]);

  const types = (options.on ?? []).join();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (payload: Record<string, unknown>) => {
      if (latest.current.heeds?.(payload) === false) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        again();
      }, SETTLE_MS);
    };
    const stops = (latest.current.on ?? []).map((type) => onEvent(type, soon));
    return () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }, [name, types]);

  const missedBefore = useRef(missed.peek());
  useSignalEffect(() => {
    if (missed.value === missedBefore.current) return;
    missedBefore.current = missed.value;
    again();
  });

  return { data, trouble, notFound, reading, again };
}
