/** A run of events for one client, serialised once for all clients that receive the same run. */
export interface Chunk {
  /** Number of the last event in it. */
  last: number;
  /** As Server-Sent Events, ready for the wire. */
  sse(): Buffer;
  /** One JSON text per event, for WebSocket. */
  messages(): string[];
}

/** Where a subscription's events go. */
export interface Sink {
  deliver(chunk: Chunk): void;
  /** Bytes handed over that the network hasn't taken yet. */
  backlog(): number;
  /** The client is beyond saving (its buffer hasn't drained for a minute). */
  giveUp(because: string): void;
}
