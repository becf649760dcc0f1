import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Whether there is such a process (a zombie, which has ended, doesn't count). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return statOf(pid)?.state !== 'Z';
}

/** Its command line with arguments, or an empty text when it can't be read. */
export function commandOf(pid: number): string {
  if (existsSync('/proc/self')) return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
  return ps(pid, 'command=');
}

/** The start time of a process, which tells apart two processes that had the same pid. */
export function birthOf(pid: number): string {
  return existsSync('/proc/self') ? (statOf(pid)?.started ?? '') : ps(pid, 'lstart=');
}

/**
 * Ends a leftover process of an earlier run: waits a little, as it may be closing, then sends these signals one after the other. Does so
 * only if its command line contains `mark`, because another process may have the pid by now.
 */
export async function endLeftover(pid: number, mark: string, signals: NodeJS.Signals[]): Promise<void> {
  const isOurs = () => isAlive(pid) && commandOf(pid).includes(mark);
  const gone = async (withinMs: number) => {
    const until = Date.now() + withinMs;
    while (isOurs() && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 25));
    return !isOurs();
  };
  if (await gone(500)) return;
  for (const signal of signals) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended meanwhile.
    }
    if (await gone(10_000)) return;
  }
  throw new Error(`Process ${pid} of an earlier run doesn't end; end it by hand and start again`);
}

/** `/proc/PID/stat`: the name in brackets may hold anything, so the fields are counted from behind it. */
function statOf(pid: number): { state: string; started: string } | null {
  const text = read(`/proc/${pid}/stat`);
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return text ? { state: fields[0] ?? '', started: fields[19] ?? '' } : null;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function ps(pid: number, field: string): string {
  try {
    return execFileSync('ps', ['-o', field, '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '';
  }
}
