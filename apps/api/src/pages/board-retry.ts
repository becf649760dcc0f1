import type { Request, Response } from 'express';
import type { Principal } from '../access/principal.ts';
import type { Api } from '../api.ts';
import { markOf } from '../http/mark.ts';
import { beginAgain } from '../refreshes/again.ts';

const ONE = /^\/api\/queues\/([^/]+)\/([^/]+)\/retry$/;
const ALL_OF_ONE = /^\/api\/queues\/([^/]+)\/retry\/failed$/;

/**
 * Retries failed jobs from Bull Board in the same way as the API: the job's count of worker deaths is reset, and a new refresh is started if its
 * own has ended. Bull Board's own retry does neither. Returns false for a request that is not a retry.
 */
export async function retryOnBoard(api: Api, request: Request, response: Response, who: Principal): Promise<boolean> {
  if (request.method !== 'PUT') return false;
  const { requestId, remoteAddress } = markOf(request);
  const again = beginAgain(api, { who, requestId, remoteAddress, once: null });
  const [, queue = '', job = ''] = (ONE.exec(request.path) ?? []).map(decodeURIComponent);
  if (job) {
    if (!(await api.producer.retryFailed(`${queue}~${job}`, again))) return false;
    response.status(204).end();
    return true;
  }
  const [, all] = (ALL_OF_ONE.exec(request.path) ?? []).map(decodeURIComponent);
  if (!all) return false;
  const retried = await api.producer.retryAllFailed({ before: again, queue: all });
  response.json({ retried: retried.length, skipped: 0 });
  return true;
}
