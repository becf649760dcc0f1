import type { EventType, Role } from '@freshet/contracts';
import type { Redis } from 'ioredis';
import type { History, LogEvent } from './row.ts';
import type { Sink } from './sink.ts';

export interface Filter {
  /** Undefined: every type. */
  types?: readonly EventType[];
  /** Undefined: every symbol. Only events that name a symbol are held against it. */
  symbols?: readonly string[];
  /** Only what concerns this refresh. */
  refreshId?: string;
  viewer: { userId: string; role: Role };
}

export interface Subscription {
  /** The last number that was handed to the sink or skipped as not meant for it. */
  readonly cursor: number;
  change(filter: Filter): void;
  close(): void;
}

export interface EventSubscriber {
  /** Resolves when the reader stands on the stream. */
  start(): Promise<void>;
  /** `after`: continue behind that number without gap or repeat; undefined: from now on. */
  subscribe(filter: Filter, sink: Sink, after?: number): Subscription;
  /** Every event, in this process, for caches and views. */
  on(listen: (event: LogEvent) => void): () => void;
  /** Number of the newest event seen. */
  readonly head: number;
  readonly clients: number;
  health(): { ok: boolean; because: string | null };
  close(): Promise<void>;
}

export interface SubscriberOptions {
  /** Its own: it is blocked by XREAD most of the time. */
  connection: Redis;
  prefix: string;
  history: History;
  log?: { info(fields: object, text: string): void; warn(fields: object, text: string): void };
}

export declare function createSubscriber(options: SubscriberOptions): EventSubscriber;
