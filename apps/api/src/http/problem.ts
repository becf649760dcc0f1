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
  /** Further members of the body, such as `current` of a version conflict. */
  more?: Record<string, unknown>;
}

/** An error answer. Handlers throw it; `refuse` in serve.ts sends it. */
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

/** Default Retry-After in seconds of problems that pass by themselves. */
const RETRY_AFTER: Partial<Record<ProblemCode, string>> = {
  unavailable: '5',
  queue_full: '10',
  no_price: '30',
  request_in_progress: '1',
};

/** Sends a problem as `application/problem+json`. If the head was sent already, it only ends the connection. */
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

/** The body of a problem (RFC 9457) as JSON. */
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

/** Its headers, except its length and those of every answer. */
export function problemHeaders({ code, options: { headers } }: Problem): Record<string, string> {
  const retryAfter = RETRY_AFTER[code];
  return {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...(retryAfter ? { 'retry-after': retryAfter } : {}),
    ...headers,
  };
}
