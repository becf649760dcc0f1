import { QueueUnavailable } from '@freshet/queue';
import { CapReached, isAway, isDeletedMeanwhile } from '@freshet/store';
import { Problem } from './problem.ts';

/** What a caller is told of an error: never its text, unless it was written for callers. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof CapReached) return new Problem('cap_reached', error.message);
  if (error instanceof QueueUnavailable) {
    return new Problem(
      'unavailable',
      'The queue is away for a moment. Try again as Retry-After says; nothing was lost.',
    );
  }
  if (error instanceof URIError) return new Problem('not_found');
  if (isDeletedMeanwhile(error)) return new Problem('not_found', 'What this belongs to has just been deleted.');
  if (isAway(error)) return new Problem('unavailable');
  return new Problem('internal');
}
