import type { RequestHandler } from 'express';
import { randomUUID } from 'node:crypto';
import type { Api } from '../api.ts';
import { type Marked, marks } from './serve.ts';

const GIVEN_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** No page may frame an answer, run it, or be told where its reader came from. Pages set policies of their own over these. */
const SAFE: readonly [string, string][] = [
  ['x-content-type-options', 'nosniff'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-resource-policy', 'same-origin'],
];

/** The first step of every request: its id in and out, safe headers, and one log line and measurement at its end. */
export function mark({ log, metrics, config }: Pick<Api, 'log' | 'metrics' | 'config'>): RequestHandler {
  const requests = metrics.counter({
    name: 'freshet_http_requests_total',
    help: 'Answered requests.',
    labels: ['method', 'status'],
  });
  const durations = metrics.histogram({
    name: 'freshet_http_request_duration_seconds',
    help: 'From the first byte of a request to the last of its answer; streams are not in it.',
    labels: ['method'],
  });
  const believesProxies = config.trustProxy !== null;

  return (request, response, next) => {
    const given = request.headers['x-request-id'];
    const requestId = typeof given === 'string' && GIVEN_ID.test(given) ? given : randomUUID();
    const remoteAddress = (believesProxies ? request.ip : request.socket.remoteAddress) ?? '';
    const marked: Marked = { requestId, remoteAddress };
    marks.set(request, marked);
    response.setHeader('x-request-id', requestId);
    for (const [name, value] of SAFE) response.setHeader(name, value);
    const began = performance.now();
    response.once('finish', () => {
      const ms = performance.now() - began;
      const { statusCode } = response;
      const { method } = request;
      requests.inc({ method, status: statusCode });
      if (response.getHeader('content-type') !== 'text/event-stream') durations.observe({ method }, ms / 1_000);
      // Reads that went well are many and say nothing: they are there when one looks for them.
      const level = statusCode >= 400 || (method !== 'GET' && method !== 'HEAD') ? 'info' : 'debug';
      if (!log.isLevelEnabled(level)) return;
      const { who } = marked;
      log[level](
        {
          request_id: requestId,
          method,
          path: request.originalUrl.split('?', 1)[0],
          status: statusCode,
          ms: Math.round(ms * 10) / 10,
          key_id: who?.keyId,
          role: who?.role,
          remote_address: remoteAddress,
          refresh_id: refreshIn(response.getHeader('location')),
        },
        'request',
      );
    });
    next();
  };
}

function refreshIn(location: unknown): string | undefined {
  return typeof location === 'string' && location.includes('/refreshes/') ? location.split('/').at(-1) : undefined;
}
