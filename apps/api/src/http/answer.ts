import type { IncomingMessage, ServerResponse } from 'node:http';
import { holds, tagOfBody } from './etag.ts';
import { writeHead } from './head.ts';

/** What a handler answers: a JSON body, or text made before. */
export interface Answer<T = unknown> {
  streams?: undefined;
  /** Default 200. */
  status?: number;
  body?: T;
  /** Instead of `body`: what goes over the wire, and its content type (default JSON). */
  raw?: Buffer | string;
  type?: string;
  headers?: Record<string, string>;
  /** Default: of the body. */
  etag?: string;
  /** Not to be stored, such as a secret. */
  private?: boolean;
  /** The fields of a private body that are shown once; default `secret`. */
  secrets?: readonly string[];
  /** It brought nothing about: asked again it is made anew, and its Idempotency-Key is free. */
  effectless?: boolean;
}

/** Returned by handlers that answer the response themselves: streams. */
export const STREAMS = { streams: true } as const;
export type Streams = typeof STREAMS;

const JSON_TYPE = 'application/json; charset=utf-8';

/** Sends an answer: ETag and 304 for reads, no body where there is none. */
export function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  requestId: string,
): void {
  const { status = 200, headers } = answer;
  if (answer.body === undefined && answer.raw === undefined) {
    writeHead(response, status, requestId, { 'cache-control': 'no-store', ...headers });
    response.end();
    return;
  }
  const text = answer.raw ?? JSON.stringify(answer.body);
  const readable = status === 200 && !answer.private && (request.method === 'GET' || request.method === 'HEAD');
  const etag = answer.etag ?? (readable ? tagOfBody(text) : undefined);
  if (readable && etag !== undefined && holds(request.headers['if-none-match'], etag)) {
    writeHead(response, 304, requestId, { etag, 'cache-control': 'private, no-cache', ...headers });
    response.end();
    return;
  }
  writeHead(response, status, requestId, {
    'content-type': answer.type ?? JSON_TYPE,
    'content-length': Buffer.byteLength(text),
    'cache-control': readable ? 'private, no-cache' : 'no-store',
    etag,
    ...headers,
  });
  // As text, head and body leave in one write.
  response.end(text);
}
