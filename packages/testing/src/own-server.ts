import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedServer, startPostgres, startRedis } from '@freshet/embedded';
import { familyOf } from './children.ts';
import { FAST_POSTGRES } from './fast-postgres.ts';
import { migrated } from './migrated.ts';

/** A private server that a fault test may hurt. Port, directory and password stay the same from one life to the next. */
export interface OwnServer {
  url: string;
  port: number;
  /** Of the current process; it changes with each start. */
  readonly pid: number;
  /** Shuts it down cleanly. */
  stop(): Promise<void>;
  /** Kills it, as a crash would. */
  kill9(): Promise<void>;
  /** Starts it again on its existing data. */
  start(): Promise<void>;
  /** Kills it, deletes its data and starts it empty (PostgreSQL: migrated, if it was before). */
  wipe(): Promise<void>;
  /** Freezes it until `resume`, with its connections open (SIGSTOP to it and all its children). */
  pause(): void;
  resume(): void;
  /** Ends it and removes its directory. */
  remove(): Promise<void>;
}

/** A private Redis, set up as `freshet up` does (AOF, noeviction); `settings` are lines of redis.conf. */
export function ownRedis(options: { settings?: Record<string, string> } = {}): Promise<OwnServer> {
  return ownServer({
    start: (dataDir, port) => startRedis({ dataDir, port, settings: options.settings }),
    data: ['appendonlydir', 'dump.rdb'],
  });
}

/** A private PostgreSQL with all migrations applied, unless `migrated` is false. */
export function ownPostgres(
  options: { settings?: Record<string, string>; migrated?: boolean } = {},
): Promise<OwnServer> {
  return ownServer({
    start: (dataDir, port) => startPostgres({ dataDir, port, settings: { ...FAST_POSTGRES, ...options.settings } }),
    data: ['cluster'],
    fill: options.migrated === false ? undefined : migrated,
  });
}

async function ownServer(kind: {
  start(dataDir: string, port?: number): Promise<EmbeddedServer>;
  data: string[];
  fill?: (url: string) => Promise<void>;
}): Promise<OwnServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'freshet-test-own-'));
  let server = await kind.start(dataDir);
  try {
    await kind.fill?.(server.url);
  } catch (error) {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
  const { port } = server;
  let paused: number[] = [];
  const resume = () => {
    for (const pid of paused) signal(pid, 'SIGCONT');
    paused = [];
  };
  const own: OwnServer = {
    url: server.url,
    port,
    get pid() {
      return server.pid;
    },
    async stop() {
      resume();
      await server.stop();
    },
    async kill9() {
      resume();
      await server.kill9();
    },
    async start() {
      server = await onceFree(() => kind.start(dataDir, port));
    },
    async wipe() {
      await own.kill9();
      for (const name of kind.data.filter((each) => existsSync(join(dataDir, each)))) {
        await rm(join(dataDir, name), { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
      }
      await own.start();
      await kind.fill?.(server.url);
    },
    pause() {
      paused = familyOf(server.pid);
      for (const pid of paused) signal(pid, 'SIGSTOP');
    },
    resume,
    async remove() {
      await own.stop();
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
  return own;
}

const TAKEN_FOR_MS = 30_000;

/** While the server was down, another process may have taken its port for a moment: tries again until the port is free. */
async function onceFree(start: () => Promise<EmbeddedServer>): Promise<EmbeddedServer> {
  const until = performance.now() + TAKEN_FOR_MS;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      if (performance.now() > until || !/in use/i.test(String(error))) throw error;
      await sleep(200);
    }
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended.
  }
}
