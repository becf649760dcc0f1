import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closable } from './closable.ts';
import { refuseUnreadable, wantingHost } from './http/unreadable.ts';

export interface Listening {
  server: Server;
  port: number;
  /** No new connections; resolves when what was asked on the others has been answered, or is cut off after `withinMs`. */
  close(withinMs?: number): Promise<void>;
}

/** Serves over HTTP with bounds on everything that a slow or greedy client could stretch. */
export async function listen(app: RequestListener, { port, host }: { port: number; host: string }): Promise<Listening> {
  const serve = wantingHost(app);
  const server = createServer(
    {
      ...{ headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000, maxHeaderSize: 16_384 },
      // So often Node looks whose time is up; by itself each 30 s, and the 10 s for headers were up to 40.
      connectionsCheckingInterval: 5_000,
      // Java's client and curl --http2 offer h2c with every request over plain HTTP; an offer that isn't taken is no request for it.
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
      requireHostHeader: false,
    },
    serve,
  );
  refuseUnreadable(server);
  const close = closable(server);
  // Expectations that we don't know are passed over, as RFC 9110 lets us; Node would answer an empty 417.
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
