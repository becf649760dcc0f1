import type { Redis } from 'ioredis';
import type { Outbox } from './row.ts';

export interface RelayOptions {
  outbox: Outbox;
  /** For XADD. */
  redis: Redis;
  /** In subscriber mode, for pokes; may be shared with the other listeners of this package. */
  subscriber: Redis;
  prefix: string;
  log?: { info(fields: object, text: string): void; warn(fields: object, text: string): void };
}

export interface Relay {
  /** Held by this process now? */
  readonly leading: boolean;
  /** Last number that this process put on the stream. */
  readonly published: number;
  close(): Promise<void>;
}

/** Numbers the committed events and puts them on the stream, in one process at a time. Returns at once; runs until closed. */
export declare function runRelay(options: RelayOptions): Relay;

/** Tells the relay that something was committed. Never rejects: without it the relay looks every 50 ms. */
export declare function createPoke(redis: Redis, prefix: string): () => void;
