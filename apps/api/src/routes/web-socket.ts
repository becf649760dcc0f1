import type { Express, Request } from 'express';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { serveWebSocket } from '@freshet/events';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import type { Api } from '../api.ts';
import { checkParameters, queryOf } from '../http/check.ts';
import { requestIdOf } from '../http/mark.ts';
import { Problem } from '../http/problem.ts';
import { toProblem } from '../http/to-problem.ts';
import { turnAway } from '../http/turn-away.ts';
import { resumeAt } from './streams.ts';

/** A client's messages are short; what is longer isn't one. */
const MOST_MESSAGE_BYTES = 16 * 1024;
const PATH = '/ws/prices';
/** Symbols are subscribed to by messages: named here, they would never be heard of. */
const Query = z.strictObject({ last_event_id: z.string().optional() });

/**
 * `/ws/prices`: admitted like every request before the upgrade. A browser sends its cookie to us from any page, so with a cookie
 * the page must be ours. `terminate` cuts off those who were told to leave and have not: they would hold the process up for 30 s.
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
        api.log.warn({ err: error, request_id: requestId, path: PATH }, 'a WebSocket could not be opened');
      }
      turnAway(duplex, problem, requestId);
    });
  });

  async function upgrade(request: IncomingMessage, duplex: Duplex, head: Buffer): Promise<void> {
    const url = URL.parse(request.url ?? '/', 'http://here');
    if (url?.pathname !== PATH) throw new Problem('not_found');
    const asked = asRequestOf(app, request);
    const who = await api.gate.admit(request, asked.ip ?? '');
    if (who.via === 'cookie' && !sameOrigin(asked)) throw new Problem('cross_site');
    api.streams.assertRoom(who);
    await api.eventsStarted();
    const after = resumeAt(checkParameters(Query, queryOf(url.search)).last_event_id);
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

/** By the same rule as for all that passes the app: which proxies are believed, Express knows, of what has become a request of its own. */
function asRequestOf(app: Express, request: IncomingMessage): Request {
  return Object.setPrototypeOf(request, app.request) as Request;
}

/**
 * Whether the page is ours: its host is the one that was asked for, of which a proxy that is believed may know better than `Host`. A page
 * over http isn't ours where we are known to be reached over https; that a proxy of which we weren't told ends TLS, we can't know.
 */
function sameOrigin({ headers, host, secure }: Request): boolean {
  const origin = URL.parse(headers.origin ?? '');
  if (origin === null || (secure && origin.protocol !== 'https:')) return false;
  // Read as the origin was: without the port that goes without saying.
  return origin.host === URL.parse(`${origin.protocol}//${host}`)?.host;
}
