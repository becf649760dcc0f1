import type { Redis } from 'ioredis';

/** `seq` is the version of the refresh's view; a reader that holds an older one re-reads it. */
export interface ViewHint {
  refreshId: string;
  seq: number;
}

/**
 * Hints that a refresh's view has changed, for the memory of the api and for requests that wait. Lossy by design: a hint that is lost
 * costs a later re-read and nothing else, so who waits for an end also looks by itself now and then.
 */
export interface Hints {
  /** Coalesced within one turn of the event loop; never rejects. */
  announce(hint: ViewHint): void;
  listen(listen: (hint: ViewHint) => void): () => void;
  close(): void;
}

export declare function createHints(options: { redis: Redis; subscriber?: Redis; prefix: string }): Hints;
