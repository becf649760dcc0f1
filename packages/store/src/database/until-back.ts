import pRetry from 'p-retry';
import { isAway } from './is-away.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Retries `work` for as long as Postgres is away: `withinMs` at most, and not after the signal. It is for work that is
 * fenced and would be costly to lose: if a commit went through and only its answer was lost, the retry has no second
 * effect.
 *
 * @throws the error of the last attempt
 */
export async function untilBack<T>(
  work: () => Promise<T>,
  { withinMs, signal }: { withinMs: number; signal?: AbortSignal },
): Promise<T> {
  const attempt = () =>
    work().catch((error: unknown) => {
      throw new WorkFailed(error);
    });
  try {
    return await pRetry(attempt, {
      retries: Infinity,
      minTimeout: FIRST_PAUSE_MS,
      maxTimeout: LONGEST_PAUSE_MS,
      maxRetryTime: withinMs,
      randomize: true,
      // The signal isn't given to p-retry, which would discard the result of an attempt that is under way.
      shouldRetry: ({ error }) => !signal?.aborted && isAway((error as WorkFailed).reason),
    });
  } catch (error) {
    throw error instanceof WorkFailed ? error.reason : error;
  }
}

/** Wraps whatever the work threw: p-retry never retries a TypeError. */
class WorkFailed extends Error {
  readonly reason: unknown;

  constructor(reason: unknown) {
    super('work failed');
    this.reason = reason;
  }
}
