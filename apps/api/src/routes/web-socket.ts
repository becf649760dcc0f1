import type { Express, Request, RequestHandler } from 'express';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { serveWebSocket } from '@freshet/events';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import type { Api } from '../api.ts';
import { checkQuery } from '../http/check.ts';
import { markOf, requestIdOf } from '../http/mark.ts';
import { Problem, sendProblem } from '../http/problem.ts';
import { toProblem } from '../http/to-problem.ts';
import { turnAway } from '../http/turn-away.ts';
import { resumeAt } from './streams.ts';

/** The longest message that a client may send; real ones are short. */
const MOST_MESSAGE_BYTES = 16 * 1024;
export const WEB_SOCKET_PATH = '/ws/prices';
/** Strict, so that `?symbols=` is refused rather than ignored: symbols are subscribed to by messages. */
const Query = z.strictObject({ last_event_id: z.string().optional() });

/**
 * Serves `/ws/prices`. A client is authenticated before the upgrade, like every request. A browser sends its cookie from any page, so with a
 * cookie the `Origin` must be ours. `terminate` cuts off clients that haven't answered the close: they would hold the process up for 30 s.
 */
export function attachWebSockets(server: Server, app: Express, api: Api): { terminate(): void } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_MESSAGE_BYTES, perMessageDeflate: false });
  sockets.on('wsClientError', (error, duplex, request) => {
    const problem = new Problem(request.method === 'GET' ? 'invalid_header' : 'method_not_allowed', {
      detail: `${error.message}.`,
      headers: request.method === 'GET' ? {} : { allow: 'GET' },
    });
    turnAway(duplex, problem, requestIdOf(request));
  });
  server.on('upgrade', (request: IncomingMessage, duplex: Duplex, head: Buffer) => {
    duplex.on('error', () => duplex.destroy());
    upgrade(request, duplex, head).catch((error: unknown) => {
      const problem = toProblem(error);
      const requestId = requestIdOf(request);
      if (problem.status >= 500) {
        api.log.warn({ err: error, request_id: requestId, path: WEB_SOCKET_PATH }, 'a WebSocket could not be opened');
      }
      turnAway(duplex, problem, requestId);
    });
  });

  async function upgrade(request: IncomingMessage, duplex: Duplex, head: Buffer): Promise<void> {
    const url = URL.parse(request.url ?? '/', 'http://here');
    if (url?.pathname !== WEB_SOCKET_PATH) throw new Problem('not_found');
    const asked = asRequestOf(app, request);
    const who = await api.gate.admit(request, asked.ip ?? '');
    if (who.via === 'cookie' && !sameOrigin(asked)) throw new Problem('cross_site');
    api.streams.assertRoom(who);
    await api.eventsStarted();
    const after = resumeAt(checkQuery(Query, url.search).last_event_id);
    sockets.handleUpgrade(request, duplex, head, (socket) => {
      const viewer = { userId: who.userId, role: who.role };
      api.streams.add(who, serveWebSocket(socket, { subscriber: api.events, viewer, after }));
    });
  }

  return {
    terminate() {
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}

/** Answers requests for the WebSocket's address that ask for no upgrade, as happens behind a proxy that doesn't pass it on. */
export const wantUpgrade: RequestHandler = (request, response) => {
  const problem = new Problem('upgrade_required', { headers: { upgrade: 'websocket', connection: 'upgrade' } });
  sendProblem(response, problem, markOf(request).requestId);
};

/** Makes it a request of Express, so that `ip`, `host` and `secure` follow the app's `trust proxy` setting. */
function asRequestOf(app: Express, request: IncomingMessage): Request {
  return Object.setPrototypeOf(request, app.request) as Request;
}

/**
 * Whether the page that opens the socket is ours: its origin's host is the request's host, which a trusted proxy may have set. If the request
 * is known to have come over https, an http page isn't ours. A TLS proxy that isn't trusted can't be known of.
 */
function sameOrigin({ headers, host, secure }: Request): boolean {
  const origin = URL.parse(headers.origin ?? '');
  if (origin === null || (secure && origin.protocol !== 'https:')) return false;
  // Parsed like the origin, which drops the scheme's default port.
  return origin.host === URL.parse(`${origin.protocol}//${host}`)?.host;
}
