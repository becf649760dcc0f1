import { ConfigError } from './config-error.ts';
import { type ProcessName, readConfig, secretsIn } from './config.ts';
import { environment, type Environment } from './environment.ts';
import { cantListen, createReadiness, type HealthServer, type Readiness, serveHealth } from './health.ts';
import { createLogger, type Logger } from './logger.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { startTracing } from './tracing.ts';
import { troubleOf } from './trouble.ts';
import { catalogue, variables, variablesOf } from './variables.ts';

/** EX_TEMPFAIL: the process drained because of memory or a deaf queue, and asks to be started again. */
export const RESTART_EXIT_CODE = 75;
const MEMORY_CHECK_MS = 5_000;
/** npm and the terminal both pass Ctrl-C on, so one key press may arrive as two signals within moments. */
const SAME_REQUEST_MS = 300;
/** The part of a drain that is reserved for cancelling unfinished work and closing connections. */
const LETTING_GO_MS = 3_000;
const LETTING_GO_SHARE = 0.2;

/** A Node timer set for longer than this fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What every process is handed to compose itself with. */
export interface ProcessContext {
  name: string;
  env: Environment;
  log: Logger;
  metrics: Metrics;
  readiness: Readiness;
  /** Aborted when the process begins to drain. */
  stopping: AbortSignal;
  /** Begins the same drain as SIGTERM, and exits with this code (default 0). */
  stop(why: string, exitCode?: number): void;
}

/** What a process tells once it runs. */
export interface RunningProcess {
  /** Where it serves, if it does. */
  port?: number;
  /**
   * Finishes the work under way, abandons what isn't finished `withinMs`, and closes everything. `withinMs` is what is left of DRAIN_TIMEOUT
   * less the time for closing. When DRAIN_TIMEOUT is over, the process exits by force.
   */
  drain(withinMs: number): Promise<void>;
}

/**
 * The life of a process: configuration checked (exit 78), health served, `start` run, one ready line; then SIGTERM or
 * SIGINT → `/readyz` 503 → drain → exit 0. A second signal ends it at once. An error that nobody caught: logged, exit 1.
 */
export async function runProcess(options: {
  name: ProcessName;
  start(context: ProcessContext): Promise<RunningProcess>;
}): Promise<void> {
  const env = orRefuse(environment);
  const config = orRefuse(() => configOf(options.name, env));
  const log = createLogger({ name: options.name, level: config.logLevel, secrets: secretsIn(catalogue(), env) });
  const metrics = createMetrics(options.name);
  const readiness = createReadiness(log);
  readiness.check('started', () => 'starting');
  const stopping = new AbortController();
  const tracing = config.otlp ? await startTracing({ name: options.name, endpoint: config.otlp }) : undefined;
  const health = await healthOrExit({ port: config.healthPort, host: config.healthHost, readiness, metrics });

  let starting: Promise<RunningProcess | null> = Promise.resolve(null);
  const stop = (why: string, exitCode = 0) => {
    if (stopping.signal.aborted) return;
    log.info({ why }, 'draining');
    readiness.refuse('draining');
    stopping.abort(new Error(why));
    void drainAndExit(exitCode);
  };

  async function drainAndExit(exitCode: number): Promise<void> {
    const endsAt = performance.now() + config.drainTimeoutMs + config.drainDelayMs;
    setTimeout(
      () => {
        log.error('the drain took longer than DRAIN_TIMEOUT: unfinished work is left to other processes');
        process.exit(1);
      },
      Math.min(LONGEST_TIMER_MS, config.drainTimeoutMs + config.drainDelayMs),
    );
    try {
      if (config.drainDelayMs > 0) await new Promise((resolve) => setTimeout(resolve, config.drainDelayMs));
      // A signal may arrive during the start: the start is completed, and then drained.
      const running = await starting;
      await running?.drain(workingTimeOf(endsAt - performance.now()));
      await health.close();
      await tracing?.stop().catch((error: unknown) => log.warn({ err: error }, 'the last traces were not sent'));
    } catch (error) {
      log.error({ err: error }, 'the drain failed');
      process.exit(1);
    }
    log.info('stopped');
    process.exit(exitCode);
  }

  let askedAt = 0;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (askedAt > 0 && performance.now() - askedAt > SAME_REQUEST_MS) process.exit(1);
      askedAt ||= performance.now();
      stop(signal);
    });
  }
  // By default Node writes warnings as plain text, among log lines that are JSON.
  process.removeAllListeners('warning');
  process.on('warning', (warning) => troubleOf(log).met(warning, 'Node warns'));
  for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
    process.on(event, (error: unknown) => {
      log.fatal({ err: error }, event);
      process.exit(1);
    });
  }

  const began = startOrExit(options.start, {
    name: options.name,
    env,
    log,
    metrics,
    readiness,
    stopping: stopping.signal,
    stop,
  });
  starting = began;
  const running = await began;
  if (stopping.signal.aborted || !running) return;
  readiness.check('started', () => {});
  watchMemory(config.maxMemoryMb, log, stop);
  log.info({ port: running.port, health_port: health.port }, 'ready');
  if (config.readyLine) {
    const line = { ready: true, name: options.name, port: running.port ?? null, health_port: health.port };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}

async function startOrExit(
  start: (context: ProcessContext) => Promise<RunningProcess>,
  context: ProcessContext,
): Promise<RunningProcess | null> {
  try {
    return await start(context);
  } catch (error) {
    if (error instanceof ConfigError) refuse(error);
    // The process was stopped while it waited for a server: nothing has begun, so there is nothing to drain.
    if (context.stopping.aborted) {
      context.log.info({ err: error }, 'stopped before it could start');
      return null;
    }
    context.log.fatal({ err: error }, 'could not start');
    process.exit(1);
  }
}

async function healthOrExit(options: Parameters<typeof serveHealth>[0]): Promise<HealthServer> {
  try {
    return await serveHealth(options);
  } catch (error) {
    return refuse(cantListen(error, { port: options.port, host: options.host }, ['HEALTH_PORT', 'HEALTH_HOST']));
  }
}

function configOf(name: ProcessName, env: Environment) {
  // This reads the variables of `start` too, so that one refusal names everything that is wrong.
  readConfig(variablesOf(name), env);
  return readConfig(
    {
      logLevel: variables.LOG_LEVEL,
      healthPort: variables.HEALTH_PORT,
      healthHost: variables.HEALTH_HOST,
      drainTimeoutMs: variables.DRAIN_TIMEOUT,
      drainDelayMs: variables.DRAIN_DELAY,
      // Only for workers: `freshet up`, like many servers, gives all processes the same environment.
      ...(name === 'worker' ? { maxMemoryMb: variables.WORKER_MAX_MEMORY_MB } : {}),
      readyLine: variables.FRESHET_READY_LINE,
      otlp: variables.OTEL_EXPORTER_OTLP_ENDPOINT,
    },
    env,
  );
}

/** Returns the configuration that `read` reads. A process whose configuration is wrong exits here. */
function orRefuse<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ConfigError) refuse(error);
    throw error;
  }
}

/** The ms that running work may still take, given what is left of the drain. */
function workingTimeOf(leftMs: number): number {
  return Math.max(0, leftMs - Math.min(LETTING_GO_MS, leftMs * LETTING_GO_SHARE));
}

function refuse(error: ConfigError): never {
  process.stderr.write(`${error.message}\n`);
  process.exit(error.exitCode);
}

function watchMemory(maxMb: number | undefined, log: Logger, stop: ProcessContext['stop']): void {
  if (maxMb === undefined) return;
  setInterval(() => {
    const usedMb = process.memoryUsage.rss() / 1_048_576;
    if (usedMb <= maxMb) return;
    log.warn(
      { used_mb: Math.round(usedMb), max_mb: maxMb },
      'the process uses more memory than WORKER_MAX_MEMORY_MB: it drains and asks to be started again',
    );
    stop('memory', RESTART_EXIT_CODE);
  }, MEMORY_CHECK_MS).unref();
}
