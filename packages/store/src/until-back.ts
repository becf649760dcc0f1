import pRetry from 'p-retry';
import { isAway } from './is-away.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Does `work` again for as long as Postgres is away: `withinMs` at most, and not after the signal. For what is fenced, and dear to come
 * by: when a commit went through whose answer was lost, what is done again has no second effect.
 *
 * @throws what the last attempt met
 */
export async function untilBack<T>(
  work: () => Promise<T>,
  { withinMs, signal }: { withinMs: number; signal?: AbortSignal },
): Promise<T> {
  const attempt = () =>
    work().catch((error: unknown) => {
      throw new Met(error);
    });
  try {
    return await pRetry(attempt, {
      retries: Infinity,
      minTimeout: FIRST_PAUSE_MS,
      maxTimeout: LONGEST_PAUSE_MS,
      maxRetryTime: withinMs,
      randomize: true,
      // The signal isn't p-retry's: it would throw away what was done when it comes in the middle of it.
      shouldRetry: ({ error }) => !signal?.aborted && isAway((error as Met).met),
    });
  } catch (error) {
    throw error instanceof Met ? error.met : error;
  }
}

/** Whatever the work threw, a TypeError too, which p-retry would never try again. */
class Met extends Error {
  readonly met: unknown;

  constructor(met: unknown) {
    super('met');
    this.met = met;
  }
}
