import { PROBLEMS, type ProblemCode } from '@freshet/contracts';
import type { ServerResponse } from 'node:http';
import { writeHead } from './head.ts';

interface FieldError {
  pointer?: string;
  parameter?: string;
  detail: string;
}

interface ProblemOptions {
  detail?: string;
  errors?: FieldError[];
  headers?: Record<string, string>;
  /** More members of the answer, such as the current version beside a conflict. */
  more?: Record<string, unknown>;
}

/** An answer that says no: thrown anywhere in a handler, sent in one place. */
export class Problem extends Error {
  override name = 'Problem';
  readonly code: ProblemCode;
  readonly options: ProblemOptions;

  constructor(code: ProblemCode, options: ProblemOptions | string = {}) {
    const given = typeof options === 'string' ? { detail: options } : options;
    super(given.detail ?? PROBLEMS[code][2]);
    this.code = code;
    this.options = given;
  }

  get status(): number {
    return PROBLEMS[this.code][0];
  }
}

/** Retry-After of those problems that pass, in seconds, when nobody says better. */
const RETRY_AFTER: Partial<Record<ProblemCode, string>> = {
  unavailable: '5',
  queue_full: '10',
  no_price: '30',
  request_in_progress: '1',
};

/** Writes a problem as `application/problem+json`. Does nothing but end the response when its head is out already. */
export function sendProblem(response: ServerResponse, problem: Problem, requestId: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = problemText(problem, requestId);
  writeHead(response, problem.status, requestId, {
    'content-length': Buffer.byteLength(body),
    ...problemHeaders(problem),
  });
  response.end(body);
}

/** What a problem says (RFC 9457), as JSON. */
export function problemText({ code, message, options: { errors, more } }: Problem, requestId: string): string {
  const [status, title] = PROBLEMS[code];
  return JSON.stringify({
    type: `/problems#${code}`,
    title,
    status,
    detail: message,
    code,
    request_id: requestId,
    ...(errors ? { errors } : {}),
    ...more,
  });
}

/** What goes before it, beside its length and what every answer carries. */
export function problemHeaders({ code, options: { headers } }: Problem): Record<string, string> {
  const retryAfter = RETRY_AFTER[code];
  return {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...(retryAfter ? { 'retry-after': retryAfter } : {}),
    ...headers,
  };
}
