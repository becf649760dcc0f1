import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { type GuardedProcess, spawnGuarded } from './guarded-process.ts';
import { asOrdinaryUser, type OrdinaryUser } from './ordinary-user.ts';
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.ts';
import { endLeftover } from './processes.ts';
import { secretIn } from './secret-file.ts';
import { type EmbeddedServer, runningAt } from './server.ts';

const USER = 'freshet';
const DATABASE = 'freshet';
const START_WITHIN_MS = 60_000;

export interface PostgresOptions {
  /** A directory for this server alone, which holds all its files. Created if need be. */
  dataDir: string;
  /** Default: any free one. */
  port?: number;
  /** Server settings over the defaults, such as `{ fsync: 'off' }` for tests. */
  settings?: Record<string, string>;
}

/**
 * Starts a real PostgreSQL on the loopback, with a password kept beside its data. The first start creates the cluster and
 * the database `freshet`. It survives what a `kill -9` left behind, and ends when this process ends.
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedServer> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const dataDir = realpathSync(options.dataDir);
  const cluster = join(dataDir, 'cluster');
  const binaries = postgresBinaries();
  const user = asOrdinaryUser();
  const password = secretIn(join(dataDir, 'password'));
  user.own(dataDir);
  if (!existsSync(cluster))
    createCluster({ binaries, user, dataDir, cluster, durable: options.settings?.fsync !== 'off' });
  await endEarlierRun(cluster);

  const attempts = options.port === undefined ? 3 : 1;
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    const server = await spawnPostgres({ binaries, user, dataDir, cluster, port, settings: options.settings ?? {} });
    const trouble = await readyOrTrouble(server, cluster);
    if (trouble === null) {
      const url = `postgres://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`;
      return runningAt(url, port, server);
    }
    await server.stop();
    if (attempt === attempts)
      throw new Error(`PostgreSQL did not start: ${trouble}\n${endOf(join(dataDir, 'postgres.log'))}`);
    // Another process took the port, or backends of a killed server still hold its shared memory for a moment.
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** Creates the cluster beside its place and moves it there when complete, so that a crash leaves no half-made cluster. */
function createCluster(where: {
  binaries: PostgresBinaries;
  user: OrdinaryUser;
  dataDir: string;
  cluster: string;
  durable: boolean;
}): void {
  const { binaries, user, dataDir, cluster, durable } = where;
  const unfinished = `${cluster}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  const initdb = [
    '-D',
    unfinished,
    '-U',
    USER,
    '-A',
    'scram-sha-256',
    `--pwfile=${join(dataDir, 'password')}`,
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  ];
  run(user, binaries.initdb, initdb, dataDir);
  run(
    user,
    binaries.postgres,
    ['--single', '-F', '-D', unfinished, 'postgres'],
    dataDir,
    `create database ${DATABASE}\n`,
  );
  // Everything is synced once at the end, rather than file by file at each step.
  if (durable) run(user, binaries.initdb, ['-S', '-D', unfinished], dataDir);
  renameSync(unfinished, cluster);
}

function run(user: OrdinaryUser, program: string, args: string[], cwd: string, input = ''): void {
  const [command, ...rest] = [...user.prefix, program, ...args] as [string, ...string[]];
  try {
    execFileSync(command, rest, {
      cwd,
      input,
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
      stdio: ['pipe', 'pipe', 'pipe'],
      ...user.identity,
    });
  } catch (error) {
    const said = String((error as { stderr?: Buffer }).stderr ?? '').trim();
    throw new Error(`PostgreSQL could not set up its data in ${cwd}: ${said || (error as Error).message}`, {
      cause: error,
    });
  }
}

/** A killed server leaves `postmaster.pid`. If another process has that pid by now, PostgreSQL would refuse to start. */
async function endEarlierRun(cluster: string): Promise<void> {
  const file = join(cluster, 'postmaster.pid');
  const pid = Number(statusLines(cluster)[0]);
  if (!Number.isInteger(pid) || pid <= 0) return;
  await endLeftover(pid, cluster, ['SIGINT', 'SIGQUIT', 'SIGKILL']);
  rmSync(file, { force: true });
}

function spawnPostgres(at: {
  binaries: PostgresBinaries;
  user: OrdinaryUser;
  dataDir: string;
  cluster: string;
  port: number;
  settings: Record<string, string>;
}): Promise<GuardedProcess> {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(at.port),
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'off',
    ...at.settings,
  };
  const args = ['-D', at.cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const [command, ...rest] = [...at.user.prefix, at.binaries.postgres, ...args] as [string, ...string[]];
  const logFile = join(at.dataDir, 'postgres.log');
  writeFileSync(logFile, '', { mode: 0o600 });
  return spawnGuarded({
    command,
    args: rest,
    env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
    cwd: at.dataDir,
    logFile,
    identity: at.user.identity,
    // Fast shutdown (open transactions are rolled back), then immediate, which the next start recovers from.
    stopWith: [
      ['SIGINT', 15_000],
      ['SIGQUIT', 5_000],
    ],
  });
}

/** The eighth line of `postmaster.pid` says `ready` once it takes connections. */
async function readyOrTrouble(server: GuardedProcess, cluster: string): Promise<string | null> {
  const until = Date.now() + START_WITHIN_MS;
  while (server.running && Date.now() < until) {
    const lines = statusLines(cluster);
    if (Number(lines[0]) === server.pid && lines[7]?.trim() === 'ready') return null;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return server.running ? `not ready after ${START_WITHIN_MS / 1000} s` : await server.ended;
}

function statusLines(cluster: string): string[] {
  try {
    return readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}

function endOf(logFile: string): string {
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
}
