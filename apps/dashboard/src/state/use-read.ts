import type { CallKey } from '@freshet/client';
import type { AnswerOf } from '@freshet/contracts/api';
import type { EventType } from '@freshet/contracts/vocabulary';
import { type Signal, useSignal, useSignalEffect } from '@preact/signals';
import { useCallback, useEffect, useRef } from 'preact/hooks';
import { ask, type Given, reasonOf } from '../api/ask.ts';
import { missed, onEvent } from './stream.ts';

export interface Read<T> {
  data: Signal<T | null>;
  /** Why the last reading failed; what was read before stays. */
  trouble: Signal<string | null>;
  reading: Signal<boolean>;
  again(): void;
}

interface ReadOptions<T> {
  /** Reads again after so long, while the page is seen. */
  everyMs?: number;
  /** Reads again when such an event comes, at most once a second. */
  on?: readonly EventType[];
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
  options: ReadOptions<AnswerOf<K>> = {},
): Read<AnswerOf<K>> {
  const data = useSignal<AnswerOf<K> | null>(null);
  const trouble = useSignal<string | null>(null);
  const reading = useSignal(false);
  const latest = useRef({ options, turn: 0 });
  latest.current.options = options;
  const name = JSON.stringify([key, given.path, given.query]);

  const again = useCallback(() => {
    if (key === null) return;
    const turn = ++latest.current.turn;
    const isLast = () => turn === latest.current.turn;
    const read = async () => {
      reading.value = true;
      try {
        const answer = await ask(key, given);
        if (!isLast()) return;
        data.value = answer;
        trouble.value = null;
        latest.current.options.onData?.(answer);
      } catch (error) {
        if (isLast()) trouble.value = reasonOf(error);
      } finally {
        if (isLast()) reading.value = false;
      }
    };
    void read();
  }, [name]);

  useEffect(() => {
    data.value = null;
    trouble.value = null;
    again();
    return () => {
      latest.current.turn++;
    };
  }, [name]);

  const { everyMs } = options;
  useEffect(() => {
    if (everyMs === undefined) return;
    const timer = setInterval(() => {
      if (!document.hidden) again();
    }, everyMs);
    const seen = () => {
      if (!document.hidden) again();
    };
    document.addEventListener('visibilitychange', seen);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [name, everyMs]);

  const types = (options.on ?? []).join();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        again();
      }, SETTLE_MS);
    };
    const stops = (latest.current.options.on ?? []).map((type) => onEvent(type, soon));
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

  return { data, trouble, reading, again };
}
