import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Answers how to close a server whose clients keep their connections: they go on asking on them, and a connection that became idle
 * was kept for 65 s more, so one busy client kept the process from ever ending. From then on every answer is its connection's last
 * and says so (`Connection: close`), where it hadn't sent its head; connections on which nothing is asked are closed at once, and all
 * after `withinMs`. What is being answered is sent to its end: for Node a connection is idle as soon as the last of an answer was
 * handed to it, so whoever closes idle ones then cuts a large answer off.
 */
export function closable(server: Server): (withinMs?: number) => Promise<void> {
  const answering = new Set<ServerResponse>();
  /** On which nothing was asked yet; Node doesn't count those as idle. */
  const fresh = new Set<Socket>();
  let closing = false;
  server.on('connection', (socket) => {
    fresh.add(socket);
    socket.once('close', () => fresh.delete(socket));
  });
  // Before the app, which may have answered when its own listener returns.
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

/** Lets an answer be the last of its connection. */
function endWith(response: ServerResponse): void {
  response.shouldKeepAlive = false;
  const { socket, headersSent } = response;
  // It has promised to keep its connection by now. The response lets go of its socket when it is finished.
  if (headersSent) response.once('finish', () => socket?.destroySoon());
}
