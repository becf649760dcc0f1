import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { environment, NODE_ENVIRONMENT, NODE_FLAGS } from '@freshet/runtime';
import { repositoryRoot } from './repository.ts';

/** The line that `runProcess` prints when FRESHET_READY_LINE=1. */
export interface ReadyLine {
  ready: true;
  name: string;
  port: number | null;
  health_port: number;
}

/** One of our processes, run by a test. */
export interface StartedProcess<Ready = ReadyLine> {
  pid: number;
  /** Its ready line. */
  ready: Promise<Ready>;
  /** Everything that it has printed so far. */
  stdout(): string;
  stderr(): string;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** SIGTERM, and waits for its end. */
  terminate(): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  kill9(): Promise<void>;
  /** SIGSTOP and SIGCONT: a process that hangs. */
  pause(): void;
  resume(): void;
}

/** No started process outlives the test process. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Starts a `main.ts` (its path from the root of the repository) with exactly this environment, and PATH and HOME. It serves
 * health on a free port. If the process ends before it is ready, `ready` rejects with what it wrote to stderr.
 */
export function startProcess<Ready = ReadyLine>(
  entry: string,
  env: Record<string, string>,
  args: string[] = [],
): StartedProcess<Ready> {
  const { PATH, HOME, XDG_CACHE_HOME } = environment();
  const child = spawn(process.execPath, [...NODE_FLAGS, resolve(repositoryRoot, entry), ...args], {
    cwd: repositoryRoot,
    env: {
      ...NODE_ENVIRONMENT,
      PATH,
      HOME,
      ...(XDG_CACHE_HOME ? { XDG_CACHE_HOME } : {}),
      HEALTH_PORT: '0',
      FRESHET_READY_LINE: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let stdout = '';
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done) => {
    child.once('close', (code, signal) => done({ code, signal }));
    child.once('error', () => done({ code: null, signal: null }));
  });
  void ended.then(() => running.delete(child));
  const ready = new Promise<Ready>((done, reject) => {
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk);
      const line = stdout.split('\n').find((each) => each.startsWith('{"ready":true'));
      if (line) done(JSON.parse(line) as Ready);
    });
    void ended.then(({ code, signal }) =>
      reject(new Error(`${entry} ended before it was ready (${signal ?? `code ${code}`}):\n${stderr.slice(-4000)}`)),
    );
  });
  // A test that doesn't await `ready` must not fail with an unhandled rejection.
  ready.catch(() => {});
  return {
    pid: child.pid as number,
    ready,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    terminate() {
      child.kill('SIGTERM');
      return ended;
    },
    async kill9() {
      child.kill('SIGKILL');
      await ended;
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
  };
}
