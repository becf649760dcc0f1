import type { Logger } from '@freshet/runtime';
import type { History, LogRow } from './row.ts';
import { isStillThere } from './same-log.ts';
import type { StreamEntry } from './stream.ts';

/** Who is told what a position has come past, in the log's order. */
export interface Follower {
  /** The next row. Those of its events up to `after` have been told before. */
  took(row: LogRow, after: number): void;
  /** Reading begins behind this number: at the start, and where another log has taken the place of the one that was read. */
  begins(head: number): void;
  /** The stream is of this epoch from now on. `back`: what was read before is not of this log. */
  entered(epoch: number, how: { back: boolean }): void;
}

/** How far a process has read the event log. */
export interface Position {
  /** Number of the newest event that was taken. */
  readonly head: number;
  /** Of the stream that is read; 0 until it says. */
  readonly epoch: number;
  /** Goes to where the log ends now. */
  startAtEnd(): Promise<void>;
  /**
   * Takes what stands there and, before it, from the database, what the stream left out.
   * @returns false when it is nothing of this log: it would lead past numbers that are yet to come
   */
  arrive(entry: StreamEntry): Promise<boolean>;
  /** A stream that was started afresh: of a log that goes on here, or of one that was given other events under numbers that were read before. */
  enter(epoch: number): Promise<void>;
  /** When nothing comes: whether the log really ends here. Restored from a backup, or with forged rows read, it ends before. */
  compare(): Promise<void>;
}

/** Reads so that the follower is told each number once and in order: where the stream lacks some, the database is asked. */
export function createPosition(history: History, follower: Follower, log?: Pick<Logger, 'warn'>): Position {
  let head = 0;
  /** What stands there, to know the log again by it. */
  let newest: LogRow | null = null;
  let epoch = 0;
  /** Up to here the stream has led past the log before: the database is asked. */
  let doubted = 0;

  function take(row: LogRow): void {
    follower.took(row, head);
    if (row.last <= head) return;
    head = row.last;
    newest = row;
  }

  /** From the database what it has behind here, until `enough`. */
  async function fill(enough: () => boolean): Promise<void> {
    while (!enough()) {
      const missed = await history.since(head, 200);
      if (missed.length === 0) return;
      for (const each of missed) take(each);
    }
  }

  async function startAtEnd(): Promise<void> {
    const last = await history.lastNumber();
    const [row] = last > 0 ? await history.since(last - 1, 1) : [];
    newest = row ?? null;
    head = row?.last ?? last;
    follower.begins(head);
  }

  async function goBack(next = epoch): Promise<void> {
    const before = head;
    await startAtEnd();
    log?.warn({ before, head }, 'the event log is not the one that was read; clients are told to read anew');
    doubted = Math.max(doubted, before);
    epoch = next;
    follower.entered(epoch, { back: true });
  }

  return {
    get head() {
      return head;
    },
    get epoch() {
      return epoch;
    },
    startAtEnd,
    async arrive({ number, row }) {
      const follows = () => row !== null && row.first <= head + 1 && number > doubted;
      await fill(() => number <= head || follows());
      if (number <= head) return true;
      // What was in a hole that stays may have been deleted.
      if (!row || (!follows() && number > (await history.lastNumber()))) return false;
      take(row);
      return true;
    },
    async enter(next) {
      if (next <= epoch) return;
      const goesOn = newest ? await isStillThere(history, newest) : head === 0;
      if (!goesOn) return goBack(next);
      epoch = next;
      follower.entered(epoch, { back: false });
    },
    async compare() {
      const last = await history.lastNumber().catch(() => head);
      if (last > head) return fill(() => head >= last);
      if (last < head) await goBack();
    },
  };
}
