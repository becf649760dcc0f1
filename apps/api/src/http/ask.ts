import type { Request, Response } from 'express';
import type { BodyOf, OperationKey, PathOf, QueryOf } from '@freshet/contracts/api';
import type { Principal } from '../access/principal.ts';
import type { Answer, Streams } from './answer.ts';
import type { Once } from './idempotency.ts';

/** A request that was checked, of somebody who may ask it. */
export interface Ask<K extends OperationKey> {
  who: Principal;
  /** `own`: only what belongs to `who`. */
  reach: 'any' | 'own';
  path: PathOf<K>;
  query: QueryOf<K>;
  body: BodyOf<K>;
  /** The body as it came, for signatures. */
  rawBody: Buffer;
  /** Set when it came with an `Idempotency-Key`. */
  once: Once | null;
  /** Seconds by `Prefer: wait`; null when it isn't preferred. */
  waitS: number | null;
  requestId: string;
  remoteAddress: string;
  /** Aborts when the caller has gone. */
  gone: AbortSignal;
  request: Request;
  response: Response;
}

export type Handler<K extends OperationKey> = (ask: Ask<K>) => Answer | Streams | Promise<Answer | Streams>;

/** Handlers of some operations, each under its key. */
export type Handlers<K extends OperationKey> = { [Key in K]: Handler<Key> };

/** Everything that the catalogue of operations names. */
export type AllHandlers = Handlers<OperationKey>;

/** Keeps each handler to its operation: the key says what `path`, `query` and `body` are. */
export function routes<K extends OperationKey>(handlers: { [Key in K]: Handler<Key> }): Handlers<K> {
  return handlers;
}
