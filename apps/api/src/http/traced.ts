import type { Request, Response } from 'express';
import { isTracing, withSpan } from '@freshet/runtime';

/** Runs `work`, which answers a request of the operation `key`, as a span of the caller's trace or of a new one. */
export function traced(key: string, request: Request, response: Response, work: () => Promise<void>): Promise<void> {
  if (!isTracing()) return work();
  const { traceparent, tracestate } = request.headers;
  const parent =
    typeof traceparent === 'string'
      ? { traceparent, tracestate: typeof tracestate === 'string' ? tracestate : undefined }
      : undefined;
  const [method, route] = key.split(' ');
  const attributes = { 'http.request.method': method, 'http.route': route };
  return withSpan(key, { kind: 'SERVER', attributes, parent }, async (span) => {
    await work();
    span.setAttribute('http.response.status_code', response.statusCode);
  });
}
