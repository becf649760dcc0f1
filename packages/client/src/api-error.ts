import type { Problem, ProblemCode } from '@freshet/contracts';

/** The API said no, or something between it and us did. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  /** The stable code of the problem; null when the answer wasn't one of the API's own. */
  readonly code: ProblemCode | null;
  readonly problem: Problem | null;
  readonly requestId: string | null;
  /** Seconds after which it makes sense to try again, where the answer says so. */
  readonly retryAfterS: number | null;

  constructor(answer: {
    status: number;
    problem: Problem | null;
    requestId: string | null;
    retryAfterS: number | null;
  }) {
    super(answer.problem?.detail ?? `the API answered ${answer.status}`);
    this.status = answer.status;
    this.problem = answer.problem;
    this.code = answer.problem?.code ?? null;
    this.requestId = answer.requestId;
    this.retryAfterS = answer.retryAfterS;
  }
}
