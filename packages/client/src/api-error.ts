import type { Problem, ProblemCode } from '@freshet/contracts';

/** An error answer of the API, or of a proxy before it. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  /** The stable code of the problem; null if the answer is not a problem of the API. */
  readonly code: ProblemCode | null;
  readonly problem: Problem | null;
  readonly requestId: string | null;
  /** The seconds of Retry-After; null without it. */
  readonly retryAfterS: number | null;

  constructor(answer: {
    status: number;
    problem: Problem | null;
    requestId: string | null;
    retryAfterS: number | null;
  }) {
    super(answer.problem?.detail ?? `The API answered ${answer.status} without saying why.`);
    this.status = answer.status;
    this.problem = answer.problem;
    this.code = answer.problem?.code ?? null;
    this.requestId = answer.requestId;
    this.retryAfterS = answer.retryAfterS;
  }
}
