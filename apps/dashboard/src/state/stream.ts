import { EVENT_TYPES, type EventType } from '@freshet/contracts/vocabulary';
import { signal } from '@preact/signals';
import { retryMs, streamAddress } from './many-symbols.ts';

/** The state of the event stream, shown in the head of the page. `waiting`: it will be opened again; `off`: it isn't wanted. */
export const streamState = signal<'off' | 'connecting' | 'live' | 'waiting'>('off');
/** Grows each time that events may have been missed: every reading that is shown is then repeated. */
export const missed = signal(0);

type Payload = Record<string, unknown>;
type Listener = (payload: Payload) => void;

const listeners = new Map<EventType, Set<Listener>>();
const watched = new Map<string, number>();
const REOPEN_MS = 60;
/** A short look at another tab doesn't close the stream. */
const HIDDEN_MS = 2_000;

let source: EventSource | null = null;
let lastId: string | null = null;
let opened = '';
let timer: ReturnType<typeof setTimeout> | undefined;
let hiding: ReturnType<typeof setTimeout> | undefined;
let enabled = false;
let unseen = false;
/** Whether the stream was interrupted while something was shown: what is shown may be old when it is open again. */
let interrupted = false;
/** How many times in a row the address was answered with something that isn't a stream. */
let refusals = 0;

/** Calls `listener` for each event of a type. @returns how to stop that */
export function onEvent(type: EventType, listener: Listener): () => void {
  const all = listeners.get(type) ?? new Set();
  listeners.set(type, all.add(listener));
  return () => all.delete(listener);
}

/** Has the prices of these symbols streamed for as long as somebody shows them. @returns how to stop that */
export function watchSymbols(symbols: readonly string[]): () => void {
  for (const symbol of symbols) watched.set(symbol, (watched.get(symbol) ?? 0) + 1);
  reopenSoon();
  return () => {
    for (const symbol of symbols) {
      const left = (watched.get(symbol) ?? 1) - 1;
      if (left === 0) watched.delete(symbol);
      else watched.set(symbol, left);
    }
    reopenSoon();
  };
}

/** `resumed`: the page stood still until now, with what it had read before. */
export function startStream({ resumed }: { resumed: boolean }): void {
  enabled = true;
  interrupted ||= resumed;
  reopenSoon();
}

export function stopStream(): void {
  enabled = false;
  lastId = null;
  close();
  streamState.value = 'off';
}

/**
 * Closes the stream while nobody sees the page. A browser has six connections for a server, shared by all of its tabs: with a
 * stream in each of six tabs no answer would come through in any of them.
 */
export function followSight(): void {
  unseen = document.hidden;
  interrupted ||= unseen;
  document.addEventListener('visibilitychange', () => {
    clearTimeout(hiding);
    if (document.hidden) hiding = setTimeout(hide, HIDDEN_MS);
    else {
      unseen = false;
      reopenSoon();
    }
  });
}

function hide(): void {
  unseen = true;
  interrupted = true;
  close();
  if (enabled) streamState.value = 'waiting';
}

/** A page adds and removes its symbols one by one. One new stream follows them all, resuming where the last one ended. */
function reopenSoon(): void {
  clearTimeout(timer);
  refusals = 0;
  timer = setTimeout(() => {
    if (addressNow() !== opened) open();
  }, REOPEN_MS);
}

const addressNow = (): string => streamAddress([...watched.keys()].sort());

function open(): void {
  if (!enabled || unseen) return;
  close();
  opened = addressNow();
  // After an interruption the page says `waiting` until the stream is open again.
  streamState.value = interrupted ? 'waiting' : 'connecting';
  const stream = new EventSource(lastId === null ? opened : `${opened}&last_event_id=${lastId}`);
  source = stream;
  stream.addEventListener('open', () => {
    streamState.value = 'live';
    refusals = 0;
    if (interrupted) missed.value++;
    interrupted = false;
  });
  stream.addEventListener('error', () => {
    if (stream !== source) return;
    streamState.value = 'waiting';
    interrupted = true;
    // The browser comes back by itself, except after an answer that wasn't a stream.
    if (stream.readyState !== EventSource.CLOSED) return;
    close();
    refusals++;
    timer = setTimeout(() => {
      // A repeated reading shows why there is no stream, such as an ended session. Once is enough: later answers say the same.
      if (refusals === 1) missed.value++;
      open();
    }, retryMs(refusals));
  });
  stream.addEventListener('lag', (event) => {
    lastId = event.lastEventId || lastId;
    missed.value++;
  });
  for (const type of EVENT_TYPES) {
    stream.addEventListener(type, (event) => {
      lastId = event.lastEventId || lastId;
      const payload = JSON.parse(String(event.data)) as Payload;
      // A stream of all prices has many that nobody shows.
      if (type === 'price_update' && !watched.has(String(payload.symbol))) return;
      for (const listener of listeners.get(type) ?? []) listener(payload);
    });
  }
}

function close(): void {
  clearTimeout(timer);
  source?.close();
  source = null;
  opened = '';
}
