import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { requestIdOf } from './mark.ts';
import { Problem, sendProblem } from './problem.ts';
import { turnAway } from './turn-away.ts';

/** Answers connections whose bytes never become a request (no valid HTTP, CONNECT) with a problem. Node's own answers have no body. */
export function refuseUnreadable(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex & { _httpMessage?: ServerResponse }) => {
    // Nothing may be written into an answer that has begun. Node's own handler looks at the same internal field.
    if (!socket.writable || error.code === 'ECONNRESET' || socket._httpMessage?.headersSent) socket.destroy();
    else turnAway(socket, problemOf(error), randomUUID());
  });
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    const detail = 'This server is not a proxy. Send a request for one of its own paths.';
    turnAway(
      socket,
      new Problem('method_not_allowed', { detail, headers: { allow: 'GET, HEAD' } }),
      requestIdOf(request),
    );
  });
}

/** Requires the Host header of HTTP/1.1 (RFC 9112, 3.2). Node's `requireHostHeader` would answer without a body. */
export function wantingHost(app: RequestListener): RequestListener {
  return (request, response) => {
    if (request.headers.host !== undefined || request.httpVersion !== '1.1') return app(request, response);
    const problem = new Problem('invalid_header', {
      detail: 'The Host header is missing.',
      headers: { connection: 'close' },
    });
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
