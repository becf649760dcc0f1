import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigError } from './config-error.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

/**
 * Returns nothing when all is well, else a reason that may be published. An error that it throws appears only in the log: `/readyz` is open
 * to anybody, and errors of libraries contain addresses (`connect ECONNREFUSED 10.0.0.7:6379`).
 */
export type Check = () => string | undefined | void | Promise<string | undefined | void>;

/** Whether this process can take work now. */
export interface Readiness {
  /** Adds a named check, or replaces the one of that name. */
  check(name: string, check: Check): void;
  /** Runs all checks, each for at most 2 s. */
  report(): Promise<ReadinessReport>;
  /** From now on the answer is no, with this reason. */
  refuse(why: string): void;
}

export interface ReadinessReport {
  ready: boolean;
  checks: Record<string, 'ok' | string>;
}

const CHECK_WITHIN_MS = 2_000;

/** @param log gets the error of a failing check once, until the check passes or fails differently, however often `/readyz` is requested */
export function createReadiness(log?: Pick<Logger, 'warn'>): Readiness {
  const checks = new Map<string, Check>();
  const logged = new Map<string, string>();
  let refused: string | undefined;
  return {
    check: (name, check) => void checks.set(name, check),
    refuse: (why) => {
      refused = why;
    },
    async report() {
      const outcomes = await Promise.all([...checks].map(async ([name, check]) => [name, await outcome(name, check)]));
      const report = Object.fromEntries(outcomes) as ReadinessReport['checks'];
      if (refused) report.process = refused;
      return { ready: Object.values(report).every((result) => result === 'ok'), checks: report };
    },
  };

  async function outcome(name: string, check: Check): Promise<string> {
    try {
      const told = await within(check);
      logged.delete(name);
      return told;
    } catch (err) {
      const { message } = err as Error;
      if (logged.get(name) !== message) log?.warn({ err, check: name }, 'a check of readiness fails');
      logged.set(name, message);
      return 'not ready';
    }
  }
}

async function within(check: Check): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${CHECK_WITHIN_MS} ms`), CHECK_WITHIN_MS);
  });
  const checked = (async () => (await check()) ?? 'ok')();
  try {
    return await Promise.race([checked, late]);
  } finally {
    clearTimeout(timer);
    checked.catch(() => {});
  }
}

export interface HealthServer {
  port: number;
  close(): Promise<void>;
}

/** Serves `/livez` (whether the event loop runs, never the state of other servers), `/readyz` (every named check) and `/metrics`. */
export async function serveHealth(options: {
  port: number;
  host: string;
  readiness: Readiness;
  metrics: Metrics;
}): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const path = URL.parse(request.url ?? '/', 'http://health')?.pathname;
    const send = (status: number, type: string, body: string) =>
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
    if (path === '/livez') return send(200, 'text/plain', 'ok\n');
    if (path === '/readyz') {
      return void options.readiness
        .report()
        .then((report) => send(report.ready ? 200 : 503, 'application/json', `${JSON.stringify(report)}\n`));
    }
    if (path === '/metrics') {
      return void options.metrics.text().then(
        (text) => send(200, options.metrics.contentType, text),
        () => send(500, 'text/plain', 'metrics could not be read\n'),
      );
    }
    return send(404, 'text/plain', 'not found\n');
  });
  await listen(server, options.port, options.host);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Turns a failed `listen` into a ConfigError that names the variable to change. @throws the error itself when it isn't about the address */
export function cantListen(
  error: unknown,
  { port, host }: { port: number; host: string },
  [portName, hostName]: [string, string],
): ConfigError {
  switch ((error as { code?: unknown }).code) {
    case 'EADDRINUSE':
      return new ConfigError([`${portName}: port ${port} of ${host} is in use; another process listens there`]);
    case 'EACCES':
      return new ConfigError([`${portName}: this process may not listen on port ${port}; take one above 1023`]);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ConfigError([`${hostName}: ${host} is no address of this machine`]);
    default:
      throw error;
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
