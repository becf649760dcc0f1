import type { IncomingMessage, ServerResponse } from 'node:http';
import { holds, tagOfBody } from './etag.ts';

type Headers = Record<string, string>;

/** What a handler answers: a JSON body, or bytes made before. */
export interface Answer<T = unknown> {
  streams?: undefined;
  /** Default 200. */
  status?: number;
  body?: T;
  /** Instead of `body`: what goes over the wire, and its content type (default JSON). */
  raw?: Buffer | string;
  type?: string;
  headers?: Headers;
  /** Default: of the body. */
  etag?: string;
  /** Not to be stored, such as a secret. */
  private?: boolean;
}

/** Returned by handlers that answer the response themselves: streams. */
export const STREAMS = { streams: true } as const;
export type Streams = typeof STREAMS;

/** Sends an answer: ETag and 304 for reads, no body where there is none. */
export function sendAnswer(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const status = answer.status ?? 200;
  if (answer.body === undefined && answer.raw === undefined) {
    response.writeHead(status, { 'cache-control': 'no-store', ...answer.headers });
    response.end();
    return;
  }
  const text = answer.raw ?? JSON.stringify(answer.body);
  const reading = request.method === 'GET' || request.method === 'HEAD';
  const etag = answer.etag ?? (reading && status === 200 && !answer.private ? tagOfBody(text) : undefined);
  if (reading && status === 200 && etag !== undefined && holds(request.headers['if-none-match'], etag)) {
    response.writeHead(304, { etag, 'cache-control': 'private, no-cache', ...answer.headers });
    response.end();
    return;
  }
  const head: Record<string, string | number> = {
    'content-type': answer.type ?? 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': etag === undefined || answer.private ? 'no-store' : 'private, no-cache',
    ...answer.headers,
  };
  if (etag !== undefined) head.etag = etag;
  response.writeHead(status, head);
  response.end(text);
}
