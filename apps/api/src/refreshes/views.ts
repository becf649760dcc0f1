import { isLate, viewOf } from '@freshet/contracts';
import type { RefreshRecord, RefreshView } from '@freshet/contracts';
import type { Hints } from '@freshet/events';
import { isFinal } from '@freshet/contracts';

/** The answer to polls of a refresh, serialised once for all callers. */
export interface KnownView {
  record: RefreshRecord;
  view: RefreshView;
  /** A string, because Node sends a string in one write with the head, and a buffer in two. */
  body: string;
  etag: string;
  final: boolean;
}

export interface Views {
  /** The view, at most 250 ms old while the refresh runs; null: there is no such refresh. */
  get(id: string): KnownView | null | Promise<KnownView | null>;
  /** Reads the view from the database. */
  reread(id: string): Promise<KnownView | null>;
  /**
   * Resolves with the view when the refresh has ended, after `forMs`, or when `gone` aborts. Looks every `lookMs` (default 500), in
   * case a hint was lost.
   */
  waitForEnd(id: string, forMs: number, gone: AbortSignal, lookMs?: number): Promise<KnownView | null>;
  /** Whether the user asked for the refresh or joined it. A negative answer is never cached. */
  isCaller(id: string, userId: string): Promise<boolean>;
  /** For shutdown: present and future calls of `waitForEnd` resolve at once with what is known. */
  release(): void;
  close(): void;
}

/** How old the view of a running refresh may be. Hints usually come sooner, but may be lost. */
const YOUNG_MS = 250;
const KEPT = 20_000;
/** A refresh that was polled within this time will probably be polled again soon. */
const POLLED_MS = 1_000;
const LOOK_MS = 500;

interface Held {
  known: KnownView;
  readAt: number;
  askedAt: number;
  /** The newest `seq` of a hint. */
  hinted: number;
}

/** Caches views of refreshes: ended ones while there is room, running ones until a hint, or for 250 ms. */
export function createViews(options: {
  load(id: string): Promise<RefreshRecord | null>;
  callers(id: string): Promise<string[]>;
  hints: Hints;
  /** Called before any caller is told that a refresh has ended. */
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
      // Read ahead for the next poll.
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
    const known = knownOf(record, new Date(now()));
    if (known.final) ended?.(record);
    const { askedAt = now(), hinted = 0 } = held.get(id) ?? {};
    held.delete(id);
    // Keep the hint that may have come during the read.
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
        // Listen before reading, so that an end between the two isn't missed.
        const hint = nextHint(waiting, id);
        try {
          const known = await get(id);
          const leftMs = until - now();
          if (!known || known.final || leftMs <= 0 || gone.aborted || released) return known;
          await hint.within(Math.min(lookMs, leftMs), gone);
          const entry = held.get(id);
          // After a hint or a time-out, read it again.
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

/** Waits for the next hint about a refresh, or a time-out. */
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

function knownOf(record: RefreshRecord, now: Date): KnownView {
  const view = viewOf(record, now);
  return {
    record,
    view,
    body: JSON.stringify(view),
    etag: `"${record.seq}-${record.status}${isLate(record, now) ? '-late' : ''}"`,
    final: isFinal(record.status),
  };
}
