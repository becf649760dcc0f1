import type { Logger } from '@freshet/runtime';
import type { History, LogRow } from './row.ts';
import { isStillThere } from './same-log.ts';
import type { StreamEntry } from './stream.ts';

/** Is told of everything that a position comes past, in the log's order. */
export interface Follower {
  /** The next row. Its events up to number `after` have been told before. */
  took(row: LogRow, after: number): void;
  /** Reading begins behind this number: at the start, and when another log has taken the place of the one that was read. */
  begins(head: number): void;
  /** The stream has this epoch from now on. `back`: the events that were read before don't belong to this log. */
  entered(epoch: number, how: { back: boolean }): void;
}

/** How far a process has read the event log. */
export interface Position {
  /** Number of the newest event that was read. */
  readonly head: number;
  /** The epoch of the stream; 0 until the stream has named one. */
  readonly epoch: number;
  /** Moves to the present end of the log. */
  startAtEnd(): Promise<void>;
  /**
   * Takes an entry of the stream, and before it, from the database, the rows that the stream left out.
   * @returns false when the entry doesn't belong to this log: taking it would skip numbers that are yet to be given
   */
  arrive(entry: StreamEntry): Promise<boolean>;
  /** Called with the stream's epoch. A new one means a rebuilt stream: of the same log, or of one that gave numbers that were read to other events. */
  enter(epoch: number): Promise<void>;
  /** Called when the stream is silent: compares the position with the log's end. The log ends before it after a restore, or after forged rows. */
  compare(): Promise<void>;
}

/** Tells the follower each number once and in order; rows that the stream lacks are read from the database. */
export function createPosition(history: History, follower: Follower, log?: Pick<Logger, 'warn'>): Position {
  let head = 0;
  /** The row at `head`: if the log still has it, it is still the same log. */
  let newest: LogRow | null = null;
  let epoch = 0;
  /** The stream has once led past the end of the log, up to this number: rows up to here are taken from the database only. */
  let doubted = 0;

  function take(row: LogRow): void {
    follower.took(row, head);
    if (row.last <= head) return;
    head = row.last;
    newest = row;
  }

  /** Takes rows from the database until `enough` or until it has no more. */
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
    log?.warn(
      { before, head },
      'the event log lost or replaced events that were read already; reading goes on at its present end, and clients are told to reload',
    );
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
      // The events of a hole that the database can't fill may have been deleted by retention.
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
