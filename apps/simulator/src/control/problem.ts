import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { z } from 'zod';

/** Writes an error as `application/problem+json` (RFC 9457). */
export function problem(response: Response, status: number, code: string, detail: string, errors?: object[]): void {
  const body = {
    type: 'about:blank',
    title: code.replaceAll('_', ' '),
    status,
    code,
    detail,
    ...(errors && { errors }),
  };
  response.status(status).type('application/problem+json').send(JSON.stringify(body));
}

/** For a path that nobody serves. */
export const notFound: RequestHandler = (request, response) => {
  const detail = `Nothing is at ${request.method} ${request.path}; GET /_simulator lists what there is.`;
  problem(response, 404, 'not_found', detail);
};

/** The caller's own mistakes get a 4xx; everything else is a 500. */
export const asProblem: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) return next(error);
  if (error instanceof z.ZodError) {
    const errors = error.issues.map(({ path, message }) => ({ pointer: `/${path.join('/')}`, detail: message }));
    return problem(response, 422, 'invalid_request', errors.map((one) => one.detail).join(' '), errors);
  }
  if (error instanceof RangeError) return problem(response, 422, 'invalid_request', error.message);
  if (error instanceof SyntaxError) return problem(response, 400, 'invalid_json', 'The body is not JSON.');
  return problem(response, 500, 'internal', error instanceof Error ? error.message : 'Something went wrong.');
};
