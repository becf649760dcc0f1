import { type ChildProcess, spawn } from 'node:child_process';
import { endWithUs } from '@freshet/embedded';
import { NODE_ENVIRONMENT, NODE_FLAGS } from '@freshet/runtime';
import { drainPatienceMs } from './drain-patience.ts';
import type { LogFile } from './log-file.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** A process that has run for so long counts as well again: after its next death the pause starts from the first one. */
const WELL_AFTER_MS = 30_000;

/** The line that a process prints on stdout when it is ready. */
export interface ReadyLine {
  port: number | null;
  health_port: number;
}

/** A process that is kept running until it is stopped. */
export interface Supervised {
  name: string;
  /** The process that runs now; undefined in the pause before the next one. */
  readonly pid: number | undefined;
  /** The first ready line; rejects when it ends before it was ready even once. */
  ready: Promise<ReadyLine>;
  /** SIGTERM, and `kill -9` when it doesn't end in time; resolves when it has ended. */
  stop(): Promise<void>;
}

export interface SuperviseOptions {
  name: string;
  /** Path of its `main.ts`. */
  entry: string;
  /** Its arguments, for those that take their port so: 0 at first, then the one that it found. */
  args?: (port: number) => string[];
  env: Record<string, string | undefined>;
  log: LogFile;
  /** Called when it died and is going to be started again. */
  onDeath?: (how: string, pauseMs: number) => void;
}

/** Starts a process and starts it again whenever it dies, after a pause that doubles up to 10 s. */
export function supervise(options: SuperviseOptions): Supervised {
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  const killAfterMs = drainPatienceMs(options.env);
  let stopping = false;
  let wasReady = false;
  // A restarted process gets the port that the first one found.
  let port = 0;
  let pauseMs = FIRST_PAUSE_MS;
  let ended: Promise<void> = Promise.resolve();
  let firstReady: (line: ReadyLine) => void;
  let neverReady: (error: Error) => void;
  const ready = new Promise<ReadyLine>((resolve, reject) => {
    firstReady = resolve;
    neverReady = reject;
  });
  ready.catch(() => {});

  function start(): void {
    const startedAt = Date.now();
    const log = options.log.fd();
    const logFrom = options.log.size();
    let started: ChildProcess;
    try {
      started = spawned(log);
    } catch (error) {
      // The machine has no room for one more process (ENOMEM, EMFILE). That passes, so it is tried again.
      afterDeath(`could not be started: ${(error as Error).message}`, 0, logFrom);
      return;
    }
    child = started;
    const dismissWatchdog = started.pid ? endWithUs(started, { first: 'TERM', last: 'KILL' }) : () => {};
    let said = '';
    started.stdout?.on('data', (chunk) => {
      if (wasReady) return;
      said += String(chunk);
      const line = said.split('\n').find((each) => each.startsWith('{"ready":true'));
      if (!line) return;
      wasReady = true;
      const parsed = JSON.parse(line) as ReadyLine;
      port = parsed.port ?? 0;
      firstReady(parsed);
    });
    ended = new Promise((resolve) => {
      const onEnd = (how: string) => {
        child = undefined;
        dismissWatchdog();
        resolve();
        if (!stopping) afterDeath(how, Date.now() - startedAt, logFrom);
      };
      started.once('error', (error) => onEnd(error.message));
      started.once('exit', (code, signal) => onEnd(signal ? `ended by ${signal}` : `ended with code ${code}`));
    });
  }

  function spawned(log: number): ChildProcess {
    // In a session of its own, so that Ctrl-C reaches only `freshet up`, which stops the processes in order.
    return spawn(process.execPath, [...NODE_FLAGS, options.entry, ...(options.args?.(port) ?? [])], {
      env: {
        ...NODE_ENVIRONMENT,
        ...options.env,
        ...(port > 0 ? { PORT: String(port) } : {}),
        HEALTH_PORT: '0',
        FRESHET_READY_LINE: '1',
      },
      stdio: ['ignore', 'pipe', log],
      detached: true,
    });
  }

  function afterDeath(how: string, livedMs: number, logFrom: number): void {
    if (!wasReady) {
      neverReady(new Error(`${options.name} could not start: it ${how}\n${endOfLog(options.log, logFrom)}`));
      return;
    }
    if (livedMs >= WELL_AFTER_MS) pauseMs = FIRST_PAUSE_MS;
    options.onDeath?.(how, pauseMs);
    timer = setTimeout(start, pauseMs);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }

  start();
  return {
    name: options.name,
    get pid() {
      return child?.pid;
    },
    ready,
    async stop() {
      stopping = true;
      clearTimeout(timer);
      neverReady(new Error(`${options.name} was stopped`));
      const killer = setTimeout(() => child?.kill('SIGKILL'), killAfterMs);
      child?.kill('SIGTERM');
      await ended;
      clearTimeout(killer);
    },
  };
}

/** The last lines that the process logged since this start. */
function endOfLog(log: LogFile, from: number): string {
  return log.textFrom(from).trimEnd().split('\n').slice(-15).join('\n');
}
