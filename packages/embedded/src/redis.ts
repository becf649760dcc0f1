import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { type GuardedProcess, spawnGuarded } from './guarded-process.ts';
import { endLeftover } from './processes.ts';
import { redisProgram } from './redis-program.ts';
import { secretIn } from './secret-file.ts';
import { type EmbeddedServer, runningAt } from './server.ts';

const START_WITHIN_MS = 60_000;

export interface RedisOptions {
  /** A directory of its own; made if need be. */
  dataDir: string;
  /** Default: any free one. */
  port?: number;
  /** Lines of redis.conf over the defaults, such as `{ appendonly: 'no' }` for tests. */
  settings?: Record<string, string>;
  onProgress?: (what: string) => void;
}

/**
 * Starts a real Redis (or Valkey) on the loopback, set up so that it loses nothing: no eviction, append-only file synced
 * every second, a password kept beside its data. It ends when this process ends.
 */
export async function startRedis(options: RedisOptions): Promise<EmbeddedServer> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const dataDir = realpathSync(options.dataDir);
  const program = redisProgram({ fallbackCache: join(dataDir, 'program'), onProgress: options.onProgress });
  const password = secretIn(join(dataDir, 'password'));
  await endEarlierRun(dataDir);

  const attempts = options.port === undefined ? 3 : 1;
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    writeFileSync(
      join(dataDir, 'redis.conf'),
      configuration({ dataDir, port, password, settings: options.settings ?? {} }),
      { mode: 0o600 },
    );
    writeFileSync(join(dataDir, 'redis.log'), '', { mode: 0o600 });
    const server = await spawnGuarded({
      command: program.command,
      args: [join(dataDir, 'redis.conf')],
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin', ...program.env },
      cwd: dataDir,
      logFile: join(dataDir, 'redis.log'),
      stopWith: [['SIGTERM', 15_000]],
    });
    const trouble = await readyOrTrouble(server, port, password);
    if (trouble === null) {
      const url = `redis://:${password}@127.0.0.1:${port}`;
      return runningAt(url, port, server);
    }
    await server.stop();
    if (attempt === attempts)
      throw new Error(
        `Redis did not start: ${trouble}\n${readFileSync(join(dataDir, 'redis.log'), 'utf8').slice(-2000)}`,
      );
  }
}

function configuration(at: {
  dataDir: string;
  port: number;
  password: string;
  settings: Record<string, string>;
}): string {
  const settings: Record<string, string> = {
    bind: '127.0.0.1',
    port: String(at.port),
    'protected-mode': 'yes',
    requirepass: at.password,
    daemonize: 'no',
    dir: JSON.stringify(at.dataDir),
    pidfile: JSON.stringify(join(at.dataDir, 'redis.pid')),
    // Redis would rewrite its command line; as it stands, it identifies a leftover process by its directory.
    'set-proc-title': 'no',
    'maxmemory-policy': 'noeviction',
    appendonly: 'yes',
    appendfsync: 'everysec',
    save: '""',
    ...at.settings,
  };
  return `${Object.entries(settings)
    .map(([name, value]) => `${name} ${value}`)
    .join('\n')}\n`;
}

async function endEarlierRun(dataDir: string): Promise<void> {
  let pid: number;
  try {
    pid = Number(readFileSync(join(dataDir, 'redis.pid'), 'utf8'));
  } catch {
    return;
  }
  if (Number.isInteger(pid) && pid > 0) await endLeftover(pid, join(dataDir, 'redis.conf'), ['SIGTERM', 'SIGKILL']);
}

/** Ready when it answers PONG; while it loads its file it says LOADING. */
async function readyOrTrouble(server: GuardedProcess, port: number, password: string): Promise<string | null> {
  const until = Date.now() + START_WITHIN_MS;
  while (server.running && Date.now() < until) {
    if ((await answerOf(port, `AUTH ${password}\r\nPING\r\n`)).includes('+PONG')) return null;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return server.running ? `not ready after ${START_WITHIN_MS / 1000} s` : await server.ended;
}

/** Sends two lines and returns the answer, without a client library; empty when there is none. */
function answerOf(port: number, lines: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(lines));
    const finish = () => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, finish);
    socket.on('error', finish);
    socket.on('close', finish);
    socket.on('data', (chunk) => {
      answer += chunk.toString();
      // Two lines were sent, so two answers come.
      if (answer.split('\r\n').length > 2) finish();
    });
  });
}
