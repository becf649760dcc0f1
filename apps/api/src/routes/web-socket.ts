import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { serveWebSocket } from '@freshet/events';
import { WebSocketServer } from 'ws';
import type { Api } from '../api.ts';
import { Problem } from '../http/problem.ts';
import { toProblem } from '../http/to-problem.ts';
import { resumeAt } from './streams.ts';

/** A client's messages are short; what is longer isn't one. */
const MOST_MESSAGE_BYTES = 16 * 1024;
const PATH = '/ws/prices';

/**
 * `/ws/prices`: admitted like every request before the upgrade. A browser sends its cookie to us from any page, so with a cookie
 * the page must be ours.
 */
export function attachWebSockets(server: Server, api: Api): void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_MESSAGE_BYTES, perMessageDeflate: false });
  server.on('upgrade', (request: IncomingMessage, duplex: Duplex, head: Buffer) => {
    duplex.on('error', () => duplex.destroy());
    upgrade(request, duplex, head).catch((error: unknown) => turnAway(duplex, toProblem(error)));
  });

  async function upgrade(request: IncomingMessage, duplex: Duplex, head: Buffer): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://here');
    if (url.pathname !== PATH) throw new Problem('not_found');
    const who = await api.gate.admit(request, request.socket.remoteAddress ?? '');
    if (who.via === 'cookie' && !sameOrigin(request)) throw new Problem('cross_site');
    api.streams.assertRoom(who);
    await api.eventsStarted();
    const after = resumeAt(url.searchParams.get('last_event_id'));
    sockets.handleUpgrade(request, duplex, head, (socket) => {
      const viewer = { userId: who.userId, role: who.role };
      api.streams.add(who, serveWebSocket(socket, { subscriber: api.events, viewer, after }));
    });
  }
}

function sameOrigin({ headers }: IncomingMessage): boolean {
  const origin = URL.parse(headers.origin ?? '');
  return origin !== null && origin.host === headers.host;
}

function turnAway(duplex: Duplex, problem: Problem): void {
  const { status } = problem;
  const body = JSON.stringify({ status, code: problem.code, detail: problem.message });
  duplex.end(
    `HTTP/1.1 ${status} ${problem.code}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
