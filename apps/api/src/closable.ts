import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Returns a function that closes a server whose clients keep their connections alive. `server.close` alone waits for these clients: one busy client
 * keeps the process from ending, and an idle connection stays open for 65 s. While closing, each answer is the last of its connection, and
 * says so (`Connection: close`) if its head wasn't sent yet. Idle connections are closed at once, and all connections after `withinMs`.
 * Answers that have begun are sent completely. (Node counts a connection as idle once the end of an answer was handed to it, so closing
 * idle connections at that point would cut a large answer off.)
 */
export function closable(server: Server): (withinMs?: number) => Promise<void> {
  const answering = new Set<ServerResponse>();
  /** Connections without any request yet; Node doesn't count these as idle. */
  const fresh = new Set<Socket>();
  let closing = false;
  server.on('connection', (socket) => {
    fresh.add(socket);
    socket.once('close', () => fresh.delete(socket));
  });
  // Runs before the app, which may have answered when its listener returns.
  server.prependListener('request', (request, response) => {
    fresh.delete(request.socket);
    if (closing) response.shouldKeepAlive = false;
    answering.add(response);
    response.once('close', () => answering.delete(response));
  });

  return (withinMs) =>
    new Promise((resolve) => {
      closing = true;
      for (const response of answering) endWith(response);
      const cutting = withinMs === undefined ? undefined : setTimeout(() => server.closeAllConnections(), withinMs);
      server.close(() => {
        clearTimeout(cutting);
        resolve();
      });
      server.closeIdleConnections();
      for (const socket of fresh) socket.destroy();
    });
}

/** Makes an answer the last of its connection. */
function endWith(response: ServerResponse): void {
  response.shouldKeepAlive = false;
  const { socket, headersSent } = response;
  // The head has promised to keep the connection, so it is closed after the answer. A finished response has no `socket` any more.
  if (headersSent) response.once('finish', () => socket?.destroySoon());
}
