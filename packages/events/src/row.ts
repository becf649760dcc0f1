import type { EventType } from '@freshet/contracts';

/** What an event says. `symbol` is what symbol filters look at, `refresh_id` what a refresh's own stream looks at. */
export type EventPayload = Record<string, unknown>;

/**
 * One row of the event log: an effect's events, committed with it, and numbered by the relay in an order without holes.
 * A landed provider call is one row with up to a batch of quotes; each of them has its own number, `first` to `last`.
 */
export interface LogRow {
  first: number;
  /** first + items.length - 1 */
  last: number;
  type: EventType;
  /** Whose event it is: only that user and staff see it. Null: everybody. */
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
  /** Of the stream that it was read on. Within one the numbers are given once; a later epoch is a greater number, and 0 comes before all. */
  epoch: number;
}

/** How a reader gets at what the stream no longer holds. Implemented over Postgres. */
export interface History {
  /** Rows whose `last` is above `number`, in order; at most `limit` rows. */
  since(number: number, limit: number): Promise<LogRow[]>;
  /** The highest number given so far; 0 when none. */
  lastNumber(): Promise<number>;
}

/** What the relay needs of Postgres. */
export interface Outbox extends History {
  /**
   * Takes the advisory lock (waits for it, for ever) and runs `work` while holding it. `lost` aborts when the session that holds
   * the lock breaks; then the lock is somebody else's and `work` must end. Resolves when `work` has ended.
   */
  withRelayLock(work: (lost: AbortSignal) => Promise<void>, stop: AbortSignal): Promise<void>;
  /** Numbers up to `limit` unnumbered rows, without holes, and commits; answers them in order. */
  numberNext(limit: number): Promise<LogRow[]>;
}
