import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A TCP proxy on loopback whose connections can be disturbed while in use. */
export interface FaultyProxy {
  port: number;
  /** The target's URL with host and port of the proxy. */
  url: string;
  /** How many connections are open through it. */
  readonly connections: number;
  /** Everything passes again, except on connections that were black-holed: those stay dead, as on a real network. */
  pass(): void;
  /** Delays data in both directions. */
  latency(ms: number): void;
  /** Open connections silently drop everything, as after a NAT forgot them; new ones pass. */
  blackholeExisting(): void;
  /** Open and new connections silently drop everything. */
  blackhole(): void;
  /** Open connections are reset (RST); new ones pass. */
  resetAll(): void;
  /** Open connections are reset, new ones refused, until `pass`. */
  refuse(): Promise<void>;
  close(): Promise<void>;
}

interface Line {
  client: Socket;
  target: Socket;
  dead: boolean;
}

/** @param target the URL of the server behind the proxy, such as `redis://:pw@127.0.0.1:6379` */
export async function faultyProxy({ target }: { target: string }): Promise<FaultyProxy> {
  const behind = new URL(target);
  const lines = new Set<Line>();
  let delayMs = 0;
  let swallowNew = false;
  let listening: Promise<unknown> = Promise.resolve();

  const server = createServer({ noDelay: true }, (client) => {
    const line: Line = {
      client,
      target: connect({ host: behind.hostname, port: Number(behind.port), noDelay: true }),
      dead: swallowNew,
    };
    lines.add(line);
    forward(line, client, line.target);
    forward(line, line.target, client);
  });

  function forward(line: Line, from: Socket, to: Socket): void {
    const later = (act: () => void) => (delayMs > 0 ? setTimeout(act, delayMs) : act());
    from.on('data', (chunk) => later(() => !line.dead && to.writable && to.write(chunk)));
    from.on('end', () => later(() => !line.dead && to.end()));
    from.on('error', () => !line.dead && to.destroy());
    from.on('close', () => {
      // A black hole tells the other end nothing.
      if (!line.dead) later(() => to.destroy());
      if (line.client.destroyed && line.target.destroyed) lines.delete(line);
    });
  }

  const resetAll = () => {
    for (const { client, target: other } of lines) {
      client.resetAndDestroy();
      other.destroy();
    }
    lines.clear();
  };

  const port = await listenOn(server, 0);
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    port,
    url: url.href,
    get connections() {
      return lines.size;
    },
    pass() {
      delayMs = 0;
      swallowNew = false;
      if (!server.listening) listening = listenOn(server, port);
    },
    latency(ms) {
      delayMs = ms;
    },
    blackholeExisting() {
      for (const line of lines) line.dead = true;
    },
    blackhole() {
      swallowNew = true;
      for (const line of lines) line.dead = true;
    },
    resetAll,
    async refuse() {
      const closed = new Promise((resolve) => server.close(resolve));
      resetAll();
      await closed;
    },
    async close() {
      // A server that is still on its way to listening would stay open for ever.
      await listening;
      const closed = new Promise((resolve) => (server.listening ? server.close(resolve) : resolve(undefined)));
      resetAll();
      await closed;
    },
  };
}

function listenOn(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
