import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { endWithUs } from './watchdog.ts';

type Signal = 'SIGTERM' | 'SIGINT' | 'SIGQUIT' | 'SIGKILL';

/** A server that lives at most as long as this process does. */
export interface GuardedProcess {
  readonly pid: number;
  /** Resolves when it has ended, with a sentence about how. */
  readonly ended: Promise<string>;
  readonly running: boolean;
  /** Sends the first signal, and the next ones when the process doesn't end in time. Resolves when it has ended. */
  stop(): Promise<void>;
  /** `kill -9`, for fault tests. */
  kill9(): Promise<void>;
}

/** Starts a server whose output goes to a file, in a session of its own so that Ctrl-C doesn't reach it before us. */
export async function spawnGuarded(options: {
  command: string;
  args: string[];
  env: Record<string, string>;
  cwd: string;
  logFile: string;
  identity?: { uid: number; gid: number };
  /** What to send to end it, and how long to wait before the next, in ms. */
  stopWith: [Signal, number][];
}): Promise<GuardedProcess> {
  const log = openSync(options.logFile, 'a', 0o600);
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ['ignore', log, log],
    ...options.identity,
  });
  closeSync(log);
  let running = true;
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      running = false;
      resolve(signal ? `it was ended by ${signal}` : `it exited with code ${code}`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const pid = child.pid as number;
  const names = options.stopWith.map(([signal]) => signal.slice(3));
  const dismissWatchdog = endWithUs(child, { first: names[0] ?? 'TERM', last: names.at(1) ?? 'KILL' });
  void ended.then(dismissWatchdog);
  // A process that has nothing else to do should exit in spite of its servers.
  child.unref();

  return {
    pid,
    ended,
    get running() {
      return running;
    },
    async stop() {
      child.ref();
      for (const [signal, waitMs] of options.stopWith) {
        if (!running) break;
        child.kill(signal);
        await within(ended, waitMs);
      }
      if (running) child.kill('SIGKILL');
      await ended;
    },
    async kill9() {
      child.ref();
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function within(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    promise,
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    }),
  ]);
  clearTimeout(timer);
}
