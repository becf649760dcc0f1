import type { Request, Response } from 'express';
import type { BodyOf, OperationKey, PathOf, QueryOf } from '@freshet/contracts/api';
import type { Principal } from '../access/principal.ts';
import type { Answer, Streams } from './answer.ts';
import type { Once } from './idempotency.ts';

/** A request that passed authentication, authorisation and validation. */
export interface Ask<K extends OperationKey> {
  who: Principal;
  /** `own`: only what belongs to `who` may be reached. */
  reach: 'any' | 'own';
  path: PathOf<K>;
  query: QueryOf<K>;
  body: BodyOf<K>;
  /** The bytes of the body, for signatures. */
  rawBody: Buffer;
  /** Set if the request has an `Idempotency-Key`. */
  once: Once | null;
  /** Seconds of `Prefer: wait`; null without it. */
  waitS: number | null;
  requestId: string;
  remoteAddress: string;
  /** Aborts when the caller disconnects. */
  gone: AbortSignal;
  request: Request;
  response: Response;
}

export type Handler<K extends OperationKey> = (ask: Ask<K>) => Answer | Streams | Promise<Answer | Streams>;

/** Handlers by the key of their operation. */
export type Handlers<K extends OperationKey> = { [Key in K]: Handler<Key> };

/** A handler for every operation. */
export type AllHandlers = Handlers<OperationKey>;

/** Types each handler by its key, which determines its `path`, `query` and `body`. */
export function routes<K extends OperationKey>(handlers: { [Key in K]: Handler<Key> }): Handlers<K> {
  return handlers;
}
