import { QueueUnavailable } from '@freshet/queue';
import { Problem } from './problem.ts';

/** Postgres is away, starting, overloaded or too slow: SQLSTATE classes 08, 53, 57 and statement time-outs. */
const AWAY = /^(08|53|57)|^(ECONN|EPIPE|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH)/;
const SLOW = /timeout exceeded when trying to connect|Query read timeout|Connection terminated|connection timeout/i;

/** What a caller is told of an error: never its text, unless it was written for callers. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof QueueUnavailable) {
    return new Problem(
      'unavailable',
      'The queue is away for a moment. Try again as Retry-After says; nothing was lost.',
    );
  }
  if (error instanceof URIError) return new Problem('not_found');
  if (error instanceof Error) {
    const { code } = error as { code?: unknown };
    if ((typeof code === 'string' && AWAY.test(code)) || SLOW.test(error.message)) return new Problem('unavailable');
    if (error instanceof AggregateError && error.errors.length > 0) return toProblem(error.errors[0]);
  }
  return new Problem('internal');
}
