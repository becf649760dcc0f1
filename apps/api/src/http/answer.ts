import type { IncomingMessage, ServerResponse } from 'node:http';
import { holds, tagOfBody } from './etag.ts';
import { writeHead } from './head.ts';

/** A handler's answer: a JSON body, or bytes that are ready to send. */
export interface Answer<T = unknown> {
  streams?: undefined;
  /** Default 200. */
  status?: number;
  body?: T;
  /** Instead of `body`: the bytes to send; `type` is their content type (default JSON). */
  raw?: Buffer | string;
  type?: string;
  headers?: Record<string, string>;
  /** Default: a hash of the body. */
  etag?: string;
  /** Must not be stored by caches, such as a secret. */
  private?: boolean;
  /** The fields of a private body that are shown once; default `secret`. */
  secrets?: readonly string[];
  /** The request changed nothing: its answer is not kept, and its Idempotency-Key stays free. */
  effectless?: boolean;
}

/** Returned by handlers that write the response themselves: streams. */
export const STREAMS = { streams: true } as const;
export type Streams = typeof STREAMS;

const JSON_TYPE = 'application/json; charset=utf-8';

/** Sends an answer; reads get an ETag, and 304 if the caller has that version. */
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
  // Node sends a string in one write with the head, and a buffer in two.
  response.end(text);
}
