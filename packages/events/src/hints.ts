import { endedRecordFrom, type RefreshRecord } from '@freshet/contracts';
import type { Redis } from 'ioredis';

/** How long a hint of progress may be delayed. Progress changes with every landing, and each hint makes pollers re-read it. */
const PROGRESS_MS = 20;

/** `seq` is the version of the refresh's view; a reader that holds an older one re-reads it. */
export interface ViewHint {
  refreshId: string;
  seq: number;
  /** The record of a refresh that has ended, so that nobody needs to read it. */
  record?: RefreshRecord;
}

/**
 * Hints that a refresh's view has changed, for the api's memory and for requests that wait. Lossy by design: a lost hint only delays a
 * re-read, because a request that waits for an end also polls now and then.
 */
export interface Hints {
  /** Joins the hints of one turn of the event loop into one message; those that aren't `urgent` wait up to 20 ms. Never fails. */
  announce(hint: ViewHint, urgent?: boolean): void;
  /** Needs a subscriber. @returns how to stop listening */
  listen(listen: (hint: ViewHint) => void): () => void;
  close(): void;
}

/** Hints between processes through a Redis channel. Without a `subscriber`, a process only announces. */
export function createHints(options: { redis: Redis; subscriber?: Redis; prefix: string }): Hints {
  const { redis, subscriber, prefix } = options;
  const channel = `${prefix}:hints`;
  const listeners = new Set<(hint: ViewHint) => void>();
  let waiting = new Map<string, ViewHint>();
  let later: NodeJS.Timeout | null = null;
  let soon = false;

  const onMessage = (from: string, text: string) => {
    if (from !== channel) return;
    for (const hint of parse(text)) for (const listen of listeners) listen(hint);
  };
  subscriber?.on('message', onMessage);
  subscriber?.subscribe(channel).catch(() => {});

  function send(): void {
    if (later) clearTimeout(later);
    later = null;
    soon = false;
    const hints = [...waiting.values()].map(({ refreshId, seq, record }) => [
      refreshId,
      seq,
      ...(record ? [record] : []),
    ]);
    waiting = new Map();
    if (redis.status === 'ready') redis.publish(channel, JSON.stringify(hints)).catch(() => {});
  }

  return {
    announce(hint, urgent = true) {
      if (urgent && !soon) {
        soon = true;
        queueMicrotask(send);
      } else if (!soon) later ??= setTimeout(send, PROGRESS_MS).unref();
      if (hint.seq > (waiting.get(hint.refreshId)?.seq ?? 0)) waiting.set(hint.refreshId, hint);
    },
    listen(listen) {
      listeners.add(listen);
      return () => void listeners.delete(listen);
    },
    close() {
      if (later) send();
      subscriber?.off('message', onMessage);
      listeners.clear();
    },
  };
}

/** Reads what came over the channel; anything that isn't a hint is ignored. */
function parse(text: string): ViewHint[] {
  try {
    const pairs: unknown = JSON.parse(text);
    if (!Array.isArray(pairs)) return [];
    return pairs.flatMap((pair: unknown): ViewHint[] => {
      if (!Array.isArray(pair) || typeof pair[0] !== 'string' || typeof pair[1] !== 'number') return [];
      const [refreshId, seq] = pair;
      const record = pair[2] === undefined ? null : endedRecordFrom(pair[2]);
      return [{ refreshId, seq, ...(record && { record }) }];
    });
  } catch {
    return [];
  }
}
