import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockDataDirectory } from '@freshet/embedded';
import { allProviderVariables, environment, type Environment } from '@freshet/runtime';
import { forgetRunning, noteRunning } from '../client/running.ts';
import { addresses, jsonLine, type Started } from './announce.ts';
import { prepareBase } from './base.ts';
import { buildDashboard } from './dashboard.ts';
import { moveEarlierDemo } from './earlier-demo.ts';
import { firstQuotes } from './first-quotes.ts';
import { NoQuotes } from './no-quotes.ts';
import { onInterruption } from './interruption.ts';
import { type GivenServers, readUpConfig } from './up-config.ts';
import { type LogFile, openLogFile } from './log-file.ts';
import { claimServers, serversDirectory } from './market.ts';
import { assertPortFree } from './port.ts';
import { type Progress, progressOn } from './progress.ts';
import { simulatedProviders } from './provider-env.ts';
import { postgresServer, redisServer, type Server } from './servers.ts';
import { signInLink } from './sign-in.ts';
import { startHistory } from './start-history.ts';
import { type Supervised, supervise } from './supervise.ts';

export interface UpOptions {
  simulate: boolean;
  /** Without it: PORT of the environment. */
  port?: number;
  dataDir: string;
  workers: number;
  json: boolean;
}

const HOST = '127.0.0.1';
const FIRST_QUOTES_WITHIN_MS = 60_000;
const APPS = fileURLToPath(new URL('../../../', import.meta.url));

/** Everything that has been started so far, so that it can be stopped in order at any moment. */
interface Running {
  postgres?: Server;
  redis?: Server;
  simulator?: Supervised;
  workers: Supervised[];
  api?: Supervised;
  scheduler?: Supervised;
  logs: LogFile[];
}

/** Starts everything, waits for Ctrl-C or SIGTERM, drains and stops everything. @returns the exit code */
export async function up(options: UpOptions): Promise<number> {
  const dataDir = resolve(options.dataDir);
  const progress = progressOn(options.json ? null : process.stdout, { logs: join(dataDir, 'logs') });
  const interrupted = onInterruption(progress.say);
  const { port, ...given } = readUpConfig();
  const unlock = lockDataDirectory(dataDir);
  const running: Running = { workers: [], logs: [] };
  try {
    const started = await startAll(
      { ...options, port: options.port ?? port, dataDir, given },
      running,
      progress,
      interrupted,
    );
    const { api, databaseUrl, redisUrl } = started;
    noteRunning(dataDir, { api, database_url: databaseUrl, redis_url: redisUrl });
    if (options.json) process.stdout.write(`${jsonLine(started)}\n`);
    else {
      const signIn = await signInLink(started.api, started.keys.admin).catch(() => ({ url: started.api, once: false }));
      progress.say(addresses(started, { signIn, dataDir: options.dataDir, simulated: options.simulate }));
    }
    await aborted(interrupted);
    return 0;
  } catch (error) {
    if (interrupted.aborted) return 0;
    throw error;
  } finally {
    forgetRunning(dataDir);
    await stopAll(running);
    unlock();
  }
}

async function startAll(
  options: UpOptions & { port: number; given: GivenServers },
  running: Running,
  progress: Progress,
  interrupted: AbortSignal,
): Promise<Started> {
  const { dataDir, given } = options;
  const inherited = environment();
  await assertPortFree(options.port, HOST);
  mkdirSync(join(dataDir, 'logs'), { recursive: true });

  const start = (name: string, app: string, env: Record<string, string>, args?: (port: number) => string[]) => {
    // Only workers call providers, so only they get the providers' keys.
    const own = app === 'worker' ? inherited : withoutProviders(inherited);
    const log = openLogFile(join(dataDir, 'logs', `${name}.log`));
    running.logs.push(log);
    return supervise({
      name,
      entry: join(APPS, app, 'src', 'main.ts'),
      args,
      env: { ...own, ...env },
      log,
      onDeath: (how, pauseMs) => progress.say(`  ! ${name} ${how}; starting it again in ${pauseMs} ms (${log.path})`),
    });
  };
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    interrupted.throwIfAborted();
    return await progress.step(name, work);
  };

  const dashboard = buildDashboard(join(APPS, 'dashboard', 'build.ts'), interrupted);
  const kind = options.simulate ? 'simulated' : 'real';
  const ownDir = serversDirectory(dataDir, kind);
  await step('PostgreSQL and Redis', async () => {
    if (options.simulate && !given.databaseUrl) await moveEarlierDemo(dataDir, ownDir, progress.say);
    const servers = await Promise.allSettled([
      postgresServer(given.databaseUrl, ownDir).then((server) => (running.postgres = server)),
      redisServer(given.redisUrl, ownDir, progress.say).then((server) => (running.redis = server)),
    ]);
    for (const server of servers) if (server.status === 'rejected') throw server.reason;
  });
  const databaseUrl = running.postgres?.url ?? '';
  const redisUrl = running.redis?.url ?? '';
  const { base, isNew } = await step('Schema, assets and keys', async () => {
    const isNew = await claimServers({ ...given, databaseUrl, ownDir: given.databaseUrl ? null : ownDir, kind });
    return { base: await prepareBase({ databaseUrl, dataDir, demo: options.simulate }), isNew };
  });

  let simulatorUrl: string | null = null;
  if (options.simulate) {
    running.simulator = start('simulator', 'simulator', {}, (port) => ['--host', HOST, '--port', String(port)]);
    const { ready } = running.simulator;
    const line = await step('Simulated market', () => unlessInterrupted(ready, interrupted));
    simulatorUrl = `http://${HOST}:${line.port}`;
  }

  // The api looks for the built dashboard once, when it starts.
  const unbuilt = await step('Dashboard', () => unlessInterrupted(dashboard, interrupted));
  if (unbuilt !== null) process.stderr.write(`The dashboard could not be built: ${unbuilt}\n`);

  const shared = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl };
  const api = (running.api = start('api', 'api', { ...shared, PORT: String(options.port), HOST }));
  const scheduler = (running.scheduler = start('scheduler', 'scheduler', shared));
  const providers = simulatorUrl ? await simulatedProviders(simulatorUrl) : {};
  for (let number = 1; number <= options.workers; number++) {
    running.workers.push(start(`worker-${number}`, 'worker', { ...providers, ...shared }));
  }
  const [apiLine] = await step('API, scheduler and workers', () =>
    unlessInterrupted(
      Promise.all([api.ready, scheduler.ready, ...running.workers.map((worker) => worker.ready)]),
      interrupted,
    ),
  );
  const apiUrl = `http://${HOST}:${apiLine.port}`;
  await step('First quotes', async () => {
    const why = await firstQuotes({
      api: apiUrl,
      key: base.keys.system,
      withinMs: FIRST_QUOTES_WITHIN_MS,
      signal: interrupted,
    });
    if (why !== null) throw new NoQuotes(why, `${apiUrl}/#/operations/providers`, `${dataDir}/logs`);
  }).catch((error: unknown) => {
    // Real providers may be down for a while; stored prices are served meanwhile. Simulated ones never are.
    if (options.simulate || !(error instanceof NoQuotes)) throw error;
    process.stderr.write(`${error.message}\n`);
  });
  // With real providers history is asked for only at the first start, to spare their daily quotas. Later the schedules fetch what is missing.
  if (options.simulate || isNew) {
    await startHistory({ api: apiUrl, key: base.keys.system }).catch((error: Error) =>
      progress.say(`  ! the history could not be asked for: ${error.message}. The daily schedule fetches it.`),
    );
  }

  const pidsOf = (...processes: Supervised[]) => processes.flatMap(({ pid }) => pid ?? []);
  return {
    api: apiUrl,
    simulator: simulatorUrl,
    databaseUrl,
    redisUrl,
    ...base,
    pids: {
      api: pidsOf(api),
      worker: pidsOf(...running.workers),
      scheduler: pidsOf(scheduler),
      postgres: running.postgres?.pids() ?? [],
      redis: running.redis?.pids() ?? [],
    },
  };
}

const withoutProviders = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !(name in allProviderVariables)));

/** Stops the processes that bring work first, then the workers, then the servers that they all need. */
async function stopAll(running: Running): Promise<void> {
  await running.scheduler?.stop();
  await running.api?.stop();
  await Promise.all(running.workers.map((worker) => worker.stop()));
  await running.simulator?.stop();
  await running.redis?.stop();
  await running.postgres?.stop();
  for (const log of running.logs) log.close();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) =>
    signal.aborted ? done() : signal.addEventListener('abort', () => done(), { once: true }),
  );
}

/** @throws the reason of the interruption when it comes first */
async function unlessInterrupted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const interruption = aborted(signal).then(() => Promise.reject(signal.reason));
  return await Promise.race([work, interruption]);
}
