import { QueueUnavailable } from '@freshet/queue';
import { CapReached, isAway, isDeletedMeanwhile } from '@freshet/store';
import { Problem } from './problem.ts';

/** The problem that an error is answered with. The error's own text is used only if it was written for callers. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof CapReached) return new Problem('cap_reached', error.message);
  if (error instanceof QueueUnavailable) {
    return new Problem(
      'unavailable',
      'The queue (Redis) is unavailable. Try again after Retry-After seconds. Nothing that was accepted is lost.',
    );
  }
  if (error instanceof URIError) return new Problem('not_found');
  if (isDeletedMeanwhile(error))
    return new Problem('not_found', 'The object that this belongs to has just been deleted.');
  if (isAway(error)) return new Problem('unavailable');
  return new Problem('internal');
}
