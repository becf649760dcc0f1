import type { EventType } from '@freshet/contracts';

/** The content of an event. Symbol filters look at `symbol`, a refresh's own stream at `refresh_id`. */
export type EventPayload = Record<string, unknown>;

/**
 * One row of the event log: the events of one effect, committed with it and numbered by the relay, one after the other.
 * A landed provider call is one row with up to a batch of quotes; each quote has its own number, `first` to `last`.
 */
export interface LogRow {
  first: number;
  /** first + items.length - 1 */
  last: number;
  type: EventType;
  /** The owner: only this user and staff see the events. Null: everybody does. */
  userId: string | null;
  /** ISO 8601, when it was written. */
  at: string;
  items: EventPayload[];
}

/** One event as clients receive it. */
export interface LogEvent {
  number: number;
  type: EventType;
  userId: string | null;
  at: string;
  payload: EventPayload;
  /** The epoch of the stream. Within an epoch each number is given once. Later epochs are greater; 0 is earlier than all. */
  epoch: number;
}

/** Access to rows that the stream no longer holds. Implemented over Postgres. */
export interface History {
  /** Rows whose `last` is above `number`, in order; at most `limit` rows. */
  since(number: number, limit: number): Promise<LogRow[]>;
  /** The highest number given so far; 0 when none. */
  lastNumber(): Promise<number>;
}

/** The operations that the relay needs of Postgres. */
export interface Outbox extends History {
  /**
   * Waits for the advisory lock, without limit, and runs `work` while holding it. `lost` aborts when the session that holds the lock
   * breaks: another process may hold the lock then, so `work` must end. Resolves when `work` has ended.
   */
  withRelayLock(work: (lost: AbortSignal) => Promise<void>, stop: AbortSignal): Promise<void>;
  /**
   * Numbers up to `limit` unnumbered rows and commits. The numbers follow the last one without a hole, unless that lies below `floor`: then
   * they begin above `floor`.
   * @returns the rows in order
   */
  numberNext(limit: number, floor?: number): Promise<LogRow[]>;
}
