import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

interface Process {
  pid: number;
  parent: number;
  command: string;
}

/** The living children of a process, zombies left out. */
export function childrenOf(pid: number): Process[] {
  return processes().filter((each) => each.parent === pid);
}

/** Whether a process lives (a zombie has ended). */
export function isRunning(pid: number): boolean {
  return processes().some((each) => each.pid === pid);
}

/** A process and all its descendants, children last. */
export function familyOf(pid: number): number[] {
  const all = processes();
  const family = [pid];
  for (const member of family) family.push(...all.filter((each) => each.parent === member).map((each) => each.pid));
  return family;
}

function processes(): Process[] {
  return process.platform === 'linux' ? fromProc() : fromPs();
}

function fromProc(): Process[] {
  const found: Process[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z' || state === 'X') continue;
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      found.push({ pid: Number(name), parent: Number(parent), command });
    } catch {
      // It ended while we looked.
    }
  }
  return found;
}

function fromPs(): Process[] {
  const lines = execFileSync('ps', ['-axo', 'pid=,ppid=,stat=,command='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const found = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    // The ps that we just started isn't anybody's leak.
    if (!found || found[3]?.startsWith('Z') || found[4]?.startsWith('ps -axo')) return [];
    return [{ pid: Number(found[1]), parent: Number(found[2]), command: found[4] ?? '' }];
  });
}
