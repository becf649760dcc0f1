import type { Express, RequestHandler } from 'express';
import { bullBoard } from '@freshet/queue';
import { writeAudit } from '@freshet/store';
import type { Api } from '../api.ts';
import { markOf } from '../http/mark.ts';
import { otherMethods } from '../http/mount.ts';
import { Problem, sendProblem } from '../http/problem.ts';
import { toProblem } from '../http/to-problem.ts';
import { retryOnBoard } from './board-retry.ts';

const PATH = '/admin/queues';
/** Answers OPTIONS as everywhere else; Bull Board's own answer is plain text, and would be in the audit log as a write. */
const ofPages = otherMethods(['GET']);
const ofCommands = otherMethods(['GET', 'PUT', 'POST', 'PATCH']);

/**
 * Mounts Bull Board for admins (read and write) and support (read only); other roles get 403. The gate refuses writes that come from other
 * sites. Writes are recorded in the audit log.
 */
export function mountBoard(app: Express, api: Api): void {
  const writable = bullBoard({ producer: api.producer, basePath: PATH, readOnly: false });
  const readable = bullBoard({ producer: api.producer, basePath: PATH, readOnly: true });

  const guard: RequestHandler = (request, response, next) => {
    if (request.method === 'OPTIONS')
      return (request.path.startsWith('/api/') ? ofCommands : ofPages)(request, response, next);
    const mark = markOf(request);
    const admitted = async () => {
      const who = await api.gate.admit(request, mark.remoteAddress);
      mark.who = who;
      const writes = request.method !== 'GET' && request.method !== 'HEAD';
      if (who.role !== 'admin' && (who.role !== 'support' || writes)) throw new Problem('forbidden');
      if (writes) {
        // A page can't send a key in a header, and the gate has checked the origin of a cookie.
        const actor = { ...mark, keyId: who.keyId, userId: who.userId, role: who.role };
        await writeAudit(api.pool, actor, { action: 'queues.changed', subject: `${request.method} ${request.path}` });
      }
      if (writes && (await retryOnBoard(api, request, response, who))) return;
      const board = who.role === 'admin' ? writable : readable;
      board(request, response, next);
    };
    admitted().catch((error: unknown) => {
      const problem = toProblem(error);
      const isPage = request.method === 'GET' && String(request.headers.accept).includes('text/html');
      if (problem.code === 'unauthenticated' && isPage) response.redirect(302, '/');
      else sendProblem(response, problem, mark.requestId);
    });
  };
  app.use(PATH, guard);
}
