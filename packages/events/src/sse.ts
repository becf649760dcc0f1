import type { ServerResponse } from 'node:http';
import type { LogEvent } from './row.ts';
import type { EventSubscriber, Filter } from './subscriber.ts';

export interface SseOptions {
  subscriber: EventSubscriber;
  filter: Filter;
  /** From `Last-Event-ID` or `?last_event_id`. */
  after?: number;
  /** Ends the stream behind this event. */
  until?(event: LogEvent): boolean;
  /** Default 30 min; the client reconnects by itself. */
  lifeMs?: number;
  heartbeatMs?: number;
}

export interface OpenStream {
  close(): void;
  /** Resolves when the stream has ended, from whichever side. */
  closed: Promise<void>;
}

/** Answers a request with an event stream. The caller has authorised it and has not written the head yet. */
export declare function serveSse(response: ServerResponse, options: SseOptions): OpenStream;
