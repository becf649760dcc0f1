import type { Request, RequestHandler, Response } from 'express';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Metrics } from '@freshet/runtime';
import type { Principal } from '../access/principal.ts';
import type { Api } from '../api.ts';
import { SAFE_HEADERS } from './head.ts';

/** What is known about a request; `who` is set after authentication. */
export interface Mark {
  requestId: string;
  remoteAddress: string;
  /** `performance.now()` at its start. */
  began: number;
  who: Principal | undefined;
  /** The Location header of its answer, if there is one. */
  location: string | undefined;
}

const MARK = Symbol('mark');
const UNMARKED: Mark = Object.freeze({
  requestId: '',
  remoteAddress: '',
  began: 0,
  who: undefined,
  location: undefined,
});
const REFRESH = '/api/v1/refreshes/';
const GIVEN_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** The mark is a field of the request, because a WeakMap costs the garbage collector more than everything else here. */
export function markOf(request: object): Mark {
  return (request as { [MARK]?: Mark })[MARK] ?? UNMARKED;
}

/** The X-Request-Id of a request if it is a valid one, else a new id. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && GIVEN_ID.test(given) ? given : randomUUID();
}

/** Marks every request, and writes one log line and one measurement when its answer is finished. */
export function mark({ log, metrics, config }: Pick<Api, 'log' | 'metrics' | 'config'>): RequestHandler {
  const measure = measuring(metrics);
  const believesProxies = config.trustProxy !== null;

  /** One function for all responses: a closure per response would be a tenth of the allocations of a poll. */
  function onFinish(this: Response): void {
    const { req: request, statusCode } = this;
    const marked = markOf(request);
    const ms = performance.now() - marked.began;
    measure(request.method, statusCode, ms);
    // Successful reads are frequent and rarely of interest, so they are logged at debug level.
    const quiet = statusCode < 400 && (request.method === 'GET' || request.method === 'HEAD');
    const level = quiet ? 'debug' : 'info';
    if (log.isLevelEnabled(level)) log[level](lineOf(request, statusCode, marked, ms), 'request');
  }

  return (request, response, next) => {
    const marked: Mark = {
      requestId: requestIdOf(request),
      remoteAddress: (believesProxies ? request.ip : request.socket.remoteAddress) ?? '',
      began: performance.now(),
      who: undefined,
      location: undefined,
    };
    (request as { [MARK]?: Mark })[MARK] = marked;
    response.on('finish', onFinish);
    next();
  };
}

/** Sets the headers of every answer on responses that don't use `writeHead` of head.ts: streams and pages. */
export function setSafeHeaders(request: Request, response: Response): void {
  response.setHeader('x-request-id', markOf(request).requestId);
  for (const [name, value] of SAFE_HEADERS) response.setHeader(name, value);
}

function lineOf(
  request: Request,
  status: number,
  { requestId, remoteAddress, who, location }: Mark,
  ms: number,
): object {
  return {
    request_id: requestId,
    // Links the request to the refresh that it started, whose own log lines carry the refresh id.
    refresh_id: location?.startsWith(REFRESH) ? location.slice(REFRESH.length) : undefined,
    method: request.method,
    path: request.originalUrl.split('?', 1)[0],
    status,
    ms: Math.round(ms * 10) / 10,
    key_id: who?.keyId,
    role: who?.role,
    remote_address: remoteAddress,
  };
}

/** Looks each counter up once: a look-up by labels costs as much as an answer. */
function measuring(metrics: Metrics): (method: string, status: number, ms: number) => void {
  const requests = metrics.counter({
    name: 'freshet_http_requests_total',
    help: 'Answered requests.',
    labels: ['method', 'status'],
  });
  const durations = metrics.histogram({
    name: 'freshet_http_request_duration_seconds',
    help: 'From the first byte of a request to the last of its answer; for a stream, how long it was open.',
    labels: ['method'],
  });
  const counters = new Map<string, ReturnType<typeof requests.labels>>();
  const histograms = new Map<string, ReturnType<typeof durations.labels>>();
  return (method, status, ms) => {
    const name = `${method} ${status}`;
    let counter = counters.get(name);
    if (!counter) counters.set(name, (counter = requests.labels(method, String(status))));
    counter.inc();
    let histogram = histograms.get(method);
    if (!histogram) histograms.set(method, (histogram = durations.labels(method)));
    histogram.observe(ms / 1_000);
  };
}
