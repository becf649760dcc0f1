import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedServer, freePort, redisProgram, spawnGuarded, startRedis } from '@freshet/embedded';
import { Redis } from 'ioredis';
import { eventually } from './eventually.ts';

/** A Redis with a replica, and the Sentinel that promotes the replica when the master dies. */
export interface RedisPair {
  /** `redis-sentinel://…`, as a deployment configures it. */
  url: string;
  /** The first master. */
  first: EmbeddedServer;
  /** The first replica. */
  second: EmbeddedServer;
  /** The port of the server that the Sentinel considers the master now. */
  masterPort(): Promise<number>;
  /** Stops all three and removes their files. */
  remove(): Promise<void>;
}

const PASSWORD = 'one-for-both';
const NAME = 'main';
/** When a silent master counts as dead, and when a failed promotion is tried again. */
const DOWN_AFTER_MS = 1_000;
const FAILOVER_MS = 5_000;

export async function redisPair(): Promise<RedisPair> {
  const directory = await mkdtemp(join(tmpdir(), 'freshet-test-pair-'));
  const servers: { stop(): Promise<void> }[] = [];
  async function redis(name: string, settings: Record<string, string>): Promise<EmbeddedServer> {
    const dataDir = join(directory, name);
    await mkdir(dataDir);
    await writeFile(join(dataDir, 'password'), PASSWORD);
    const server = await startRedis({ dataDir, settings: { masterauth: PASSWORD, ...settings } });
    servers.push(server);
    return server;
  }
  async function remove(): Promise<void> {
    await Promise.all(servers.map((server) => server.stop()));
    await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
  try {
    const first = await redis('first', { 'repl-diskless-sync-delay': '0' });
    const second = await redis('second', { replicaof: `127.0.0.1 ${first.port}` });
    await eventually(async () => {
      const about = await ask(second.url, 'INFO', 'replication');
      if (!/master_link_status:up/.test(String(about))) throw new Error(`the replica follows nobody: ${about}`);
    });
    const port = await freePort();
    servers.push(await startSentinel(directory, port, first.port));
    const sentinel = `redis://127.0.0.1:${port}`;
    await eventually(async () => {
      const replicas = (await ask(sentinel, 'SENTINEL', 'replicas', NAME)) as unknown[];
      if (replicas.length === 0) throw new Error('the Sentinel has seen no replica');
    });
    return {
      url: `redis-sentinel://:${PASSWORD}@127.0.0.1:${port}/${NAME}`,
      first,
      second,
      async masterPort() {
        const [, masterPort] = (await ask(sentinel, 'SENTINEL', 'get-master-addr-by-name', NAME)) as string[];
        return Number(masterPort);
      },
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The only Sentinel, so the quorum is one. It rewrites its own configuration file. */
async function startSentinel(directory: string, port: number, masterPort: number) {
  const program = redisProgram({ fallbackCache: join(directory, 'program') });
  const configuration = join(directory, 'sentinel.conf');
  await writeFile(
    configuration,
    [
      'bind 127.0.0.1',
      `port ${port}`,
      `dir ${directory}`,
      `sentinel monitor ${NAME} 127.0.0.1 ${masterPort} 1`,
      `sentinel auth-pass ${NAME} ${PASSWORD}`,
      `sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER_MS}`,
      `sentinel failover-timeout ${NAME} ${FAILOVER_MS}`,
      '',
    ].join('\n'),
  );
  return spawnGuarded({
    command: program.command,
    args: [configuration, '--sentinel'],
    env: { LC_ALL: 'C', PATH: '/usr/bin:/bin', ...program.env },
    cwd: directory,
    logFile: join(directory, 'sentinel.log'),
    stopWith: [['SIGTERM', 5_000]],
  });
}

/** Sends one command over a connection of its own. */
async function ask(url: string, command: string, ...args: string[]): Promise<unknown> {
  const client = new Redis(url, { retryStrategy: null, lazyConnect: true });
  client.on('error', () => {});
  try {
    await client.connect();
    return await client.call(command, ...args);
  } finally {
    client.disconnect();
  }
}
