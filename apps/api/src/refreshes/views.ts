import { viewOf } from '@freshet/contracts';
import type { RefreshRecord, RefreshView } from '@freshet/contracts';
import type { Hints } from '@freshet/events';
import { isFinal } from '@freshet/contracts';

/** A refresh as it is told to those who poll: serialised once for all of them. */
export interface KnownView {
  record: RefreshRecord;
  view: RefreshView;
  /** A string, because Node sends it in one write with the head, and a buffer in two. */
  body: string;
  etag: string;
  final: boolean;
}

export interface Views {
  /** At most 250 ms old while it runs; null: no such refresh. */
  get(id: string): KnownView | null | Promise<KnownView | null>;
  /** As it is in the database now. */
  reread(id: string): Promise<KnownView | null>;
  /**
   * Resolves with its view when it has ended, or as it is after `forMs` or when `gone` aborts. Looks by itself every
   * `lookMs` (default 500), in case a hint was lost.
   */
  waitForEnd(id: string, forMs: number, gone: AbortSignal, lookMs?: number): Promise<KnownView | null>;
  /** Who asked for it, the first caller and those who joined; `userId` is looked for again when it isn't known. */
  isCaller(id: string, userId: string): Promise<boolean>;
  /** Whoever waits for an end, now or later, is answered at once with what is known: the process stops. */
  release(): void;
  close(): void;
}

/** Hints usually come sooner; they may be lost. */
const YOUNG_MS = 250;
const KEPT = 20_000;
/** Who polled within this time will poll again soon. */
const POLLED_MS = 1_000;
const LOOK_MS = 500;

interface Held {
  known: KnownView;
  readAt: number;
  askedAt: number;
  /** The newest version that was hinted at. */
  hinted: number;
}

/** Views of refreshes in memory: ended ones for as long as there is room, running ones until a hint or 250 ms. */
export function createViews(options: {
  load(id: string): Promise<RefreshRecord | null>;
  callers(id: string): Promise<string[]>;
  hints: Hints;
  /** Called before anybody is told that a refresh has ended. */
  ended?(record: RefreshRecord): void;
  now?: () => number;
}): Views {
  const { load, callers, hints, ended, now = Date.now } = options;
  const held = new Map<string, Held>();
  const reading = new Map<string, Promise<KnownView | null>>();
  const callersOf = new Map<string, Set<string>>();
  const waiting = new Map<string, Set<() => void>>();
  let released = false;

  const unlisten = hints.listen(({ refreshId, seq, record }) => {
    const entry = held.get(refreshId);
    if (entry && entry.known.record.seq < seq) {
      entry.hinted = Math.max(entry.hinted, seq);
      if (record?.id === refreshId) hold(record);
      // Somebody polls it: the next poll finds it read already.
      else if (now() - entry.askedAt < POLLED_MS) reread(refreshId).catch(() => {});
    }
    for (const look of waiting.get(refreshId) ?? []) look();
  });

  function reread(id: string): Promise<KnownView | null> {
    const running = reading.get(id);
    if (running) return running;
    const answer = load(id)
      .then((record) => record && hold(record))
      .finally(() => reading.delete(id));
    reading.set(id, answer);
    return answer;
  }

  function hold(record: RefreshRecord): KnownView {
    const { id } = record;
    const known = knownOf(record);
    if (known.final) ended?.(record);
    const { askedAt = now(), hinted = 0 } = held.get(id) ?? {};
    held.delete(id);
    // A hint that came while it was read is kept.
    held.set(id, { known, readAt: now(), askedAt, hinted });
    if (held.size > KEPT) forgetOldest();
    return known;
  }

  function forgetOldest(): void {
    const [oldest] = held.keys();
    if (oldest === undefined) return;
    held.delete(oldest);
    callersOf.delete(oldest);
  }

  function get(id: string): KnownView | null | Promise<KnownView | null> {
    const entry = held.get(id);
    if (entry) entry.askedAt = now();
    if (entry && (entry.known.final || (entry.known.record.seq >= entry.hinted && now() - entry.readAt < YOUNG_MS)))
      return entry.known;
    return reread(id);
  }

  return {
    get,
    reread,
    async waitForEnd(id, forMs, gone, lookMs = LOOK_MS) {
      const until = now() + forMs;
      for (;;) {
        // Heard before it is read, so that an end between the two isn't missed.
        const hint = nextHint(waiting, id);
        try {
          const known = await get(id);
          const leftMs = until - now();
          if (!known || known.final || leftMs <= 0 || gone.aborted || released) return known;
          await hint.within(Math.min(lookMs, leftMs), gone);
          const entry = held.get(id);
          // Woken by a hint or by impatience: either way it is read again.
          if (entry && !entry.known.final) entry.readAt = 0;
        } finally {
          hint.forget();
        }
      }
    },
    async isCaller(id, userId) {
      const before = callersOf.get(id);
      if (before?.has(userId)) return true;
      const entry = held.get(id);
      if (entry?.known.record.userId === userId) return true;
      const all = new Set(await callers(id));
      if (callersOf.size >= KEPT) callersOf.clear();
      if (all.size > 0) callersOf.set(id, all);
      return all.has(userId);
    },
    release() {
      released = true;
      for (const all of waiting.values()) for (const wake of all) wake();
    },
    close: unlisten,
  };
}

/** The next hint about a refresh, or the end of patience. */
function nextHint(waiting: Map<string, Set<() => void>>, id: string) {
  let wake: () => void = () => {};
  const heard = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const all = waiting.get(id) ?? new Set();
  all.add(wake);
  waiting.set(id, all);
  return {
    async within(ms: number, gone: AbortSignal): Promise<void> {
      const timer = setTimeout(wake, ms);
      gone.addEventListener('abort', wake, { once: true });
      await heard;
      clearTimeout(timer);
      gone.removeEventListener('abort', wake);
    },
    forget() {
      all.delete(wake);
      if (all.size === 0 && waiting.get(id) === all) waiting.delete(id);
    },
  };
}

function knownOf(record: RefreshRecord): KnownView {
  const view = viewOf(record);
  return {
    record,
    view,
    body: JSON.stringify(view),
    etag: `"${record.seq}-${record.status}"`,
    final: isFinal(record.status),
  };
}
