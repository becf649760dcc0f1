import type { Server, ServerResponse } from 'node:http';

const LOOK_MS = 100;

/**
 * Answers how to close a server whose clients keep their connections: they go on asking on them, and a connection that became idle
 * was kept for 65 s more, so one busy client kept the process from ever ending. From then on every answer is its connection's last
 * and says so (`Connection: close`); those that are idle are closed as they become so; after `withinMs` all are.
 */
export function closable(server: Server): (withinMs?: number) => Promise<void> {
  const answering = new Set<ServerResponse>();
  let closing = false;
  // Before the app, which may have answered when its own listener returns.
  server.prependListener('request', (_request, response) => {
    if (closing) response.shouldKeepAlive = false;
    answering.add(response);
    response.once('close', () => answering.delete(response));
  });

  return (withinMs) =>
    new Promise((resolve) => {
      closing = true;
      for (const response of answering) response.shouldKeepAlive = false;
      // What had sent its head by now promised to keep its connection.
      const looking = setInterval(() => server.closeIdleConnections(), LOOK_MS);
      const cutting = withinMs === undefined ? undefined : setTimeout(() => server.closeAllConnections(), withinMs);
      server.close(() => {
        clearInterval(looking);
        clearTimeout(cutting);
        resolve();
      });
      server.closeIdleConnections();
    });
}
