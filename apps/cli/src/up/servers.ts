import { join } from 'node:path';
import { type EmbeddedServer, startPostgres, startRedis } from '@freshet/embedded';
import { reachDatabase, reachRedis } from './reach.ts';

const RESTART_PAUSE_MS = 500;

/** A PostgreSQL or a Redis: a built-in one, or one whose address was given. */
export interface Server {
  url: string;
  /** Empty when it isn't ours. */
  pids(): number[];
  stop(): Promise<void>;
}

/** The PostgreSQL of `url` (DATABASE_URL), or our own under the data directory, started again on the same port if it dies. */
export function postgresServer(url: string | undefined, dataDir: string): Promise<Server> {
  return url
    ? givenServer(url, reachDatabase)
    : keptServer((port) => startPostgres({ dataDir: join(dataDir, 'postgres'), port }));
}

/** The Redis of `url` (REDIS_URL), or our own under the data directory, started again on the same port if it dies. */
export function redisServer(
  url: string | undefined,
  dataDir: string,
  onProgress: (what: string) => void,
): Promise<Server> {
  return url
    ? givenServer(url, reachRedis)
    : keptServer((port) => startRedis({ dataDir: join(dataDir, 'redis'), port, onProgress }));
}

async function givenServer(url: string, reach: (url: string) => Promise<void>): Promise<Server> {
  await reach(url);
  return { url, pids: () => [], stop: async () => {} };
}

async function keptServer(start: (port?: number) => Promise<EmbeddedServer>): Promise<Server> {
  let server = await start();
  const { url, port } = server;
  let stopping = false;
  let restarting: Promise<void> = Promise.resolve();

  function keep(): void {
    const restartUnlessStopping = () => {
      if (!stopping) restarting = restart();
    };
    void server.ended.then(restartUnlessStopping);
  }
  async function restart(): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, RESTART_PAUSE_MS));
      if (stopping) return;
      try {
        server = await start(port);
        return keep();
      } catch {
        // The port may be taken for a moment; what the server said is in its log.
      }
    }
  }

  keep();
  return {
    url,
    pids: () => [server.pid],
    async stop() {
      stopping = true;
      await restarting;
      await server.stop();
    },
  };
}
