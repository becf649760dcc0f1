import type { EventSubscriber, Filter } from './subscriber.ts';

/** What is needed of a WebSocket; one of `ws` satisfies it. */
export interface Socket {
  readonly bufferedAmount: number;
  send(text: string): void;
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
  on(event: 'message', listen: (data: unknown, isBinary: boolean) => void): unknown;
  on(event: 'close' | 'pong', listen: () => void): unknown;
  on(event: 'error', listen: (error: Error) => void): unknown;
}

export interface WebSocketOptions {
  subscriber: EventSubscriber;
  viewer: Filter['viewer'];
  /** From `?last_event_id`. */
  after?: number;
  maxSymbols?: number;
  messagesPerSecond?: number;
  lifeMs?: number;
}

/** Speaks `/ws/prices` over an accepted socket: subscribe, unsubscribe, ping; events flow once symbols are subscribed. */
export declare function serveWebSocket(
  socket: Socket,
  options: WebSocketOptions,
): { close(): void; closed: Promise<void> };
