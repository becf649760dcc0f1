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
  const { code, message, errors } = asFields(error);
  if ((typeof code === 'string' && AWAY.test(code)) || (typeof message === 'string' && SLOW.test(message))) {
    return new Problem('unavailable');
  }
  // An address that resolves to several is tried at each, and fails with all of their errors.
  if (Array.isArray(errors) && errors.length > 0) return toProblem(errors[0]);
  return new Problem('internal');
}

/** By its fields rather than its class: errors of Node's own come from another realm in tests, and from workers. */
function asFields(error: unknown): { code?: unknown; message?: unknown; errors?: unknown } {
  return typeof error === 'object' && error !== null ? error : {};
}
