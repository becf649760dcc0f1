import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closable } from './closable.ts';
import { refuseUnreadable, wantingHost } from './http/unreadable.ts';

export interface Listening {
  server: Server;
  port: number;
  /** Accepts no new connections; resolves when all requests are answered, or cut off after `withinMs`. */
  close(withinMs?: number): Promise<void>;
}

/** Serves HTTP, with bounds on the times and sizes that a slow or greedy client could exhaust. */
export async function listen(app: RequestListener, { port, host }: { port: number; host: string }): Promise<Listening> {
  const serve = wantingHost(app);
  const server = createServer(
    {
      ...{ headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000, maxHeaderSize: 16_384 },
      // How often Node looks for expired requests. With its default of 30 s, the 10 s for headers could become 40.
      connectionsCheckingInterval: 5_000,
      // Java's client and curl --http2 offer an upgrade to h2c with every request. Such offers are ignored: only WebSockets are upgraded.
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
      requireHostHeader: false,
    },
    serve,
  );
  refuseUnreadable(server);
  const close = closable(server);
  // Unknown `Expect` values are ignored, as RFC 9110 allows; Node would answer 417 without a body.
  server.on('checkExpectation', serve);
  server.maxRequestsPerSocket = 0;
  server.maxConnections = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, 1_024, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    server,
    port: (server.address() as AddressInfo).port,
    close,
  };
}
