import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { requestIdOf } from './mark.ts';
import { Problem, sendProblem } from './problem.ts';
import { turnAway } from './turn-away.ts';

/** What isn't HTTP, or not such as is served here, never becomes a request, and is told so like everything else. Node's own answers are empty. */
export function refuseUnreadable(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex & { _httpMessage?: ServerResponse }) => {
    // Into an answer that has begun nothing can be written: by the same field Node's own handler sees it.
    if (!socket.writable || error.code === 'ECONNRESET' || socket._httpMessage?.headersSent) socket.destroy();
    else turnAway(socket, problemOf(error), randomUUID());
  });
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    const detail = 'This is no proxy: ask for a path of its own.';
    turnAway(
      socket,
      new Problem('method_not_allowed', { detail, headers: { allow: 'GET, HEAD' } }),
      requestIdOf(request),
    );
  });
}

/** HTTP/1.1 names the host (RFC 9112, 3.2); `requireHostHeader` of Node refuses with an empty answer. */
export function wantingHost(app: RequestListener): RequestListener {
  return (request, response) => {
    if (request.headers.host !== undefined || request.httpVersion !== '1.1') return app(request, response);
    const problem = new Problem('invalid_header', { detail: 'Host is missing.', headers: { connection: 'close' } });
    sendProblem(response, problem, requestIdOf(request));
  };
}

function problemOf({ code }: NodeJS.ErrnoException): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new Problem('headers_too_large');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new Problem('body_too_large');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Problem('request_timeout');
    default:
      return new Problem('invalid_header', 'This is not an HTTP request.');
  }
}
