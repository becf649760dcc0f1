import {
  accessSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { birthOf, isAlive } from './processes.ts';

/** Another process is running on the data directory. */
export class DataDirectoryInUse extends Error {
  constructor(dataDir: string, pid: number) {
    super(`${dataDir} is in use by process ${pid}. Stop that one first, or choose another directory with --data-dir.`);
    this.name = 'DataDirectoryInUse';
  }
}

/**
 * Takes the data directory for this process (created with mode 0700 if need be).
 * @returns a function that releases it
 * @throws DataDirectoryInUse while the process that took it lives; the lock of a dead one is taken over
 */
export function lockDataDirectory(dataDir: string): () => void {
  makeDirectory(dataDir);
  const path = join(dataDir, 'lock');
  const mine = JSON.stringify({ pid: process.pid, born: birthOf(process.pid) });
  for (;;) {
    try {
      writeFileSync(path, mine, { flag: 'wx', mode: 0o600 });
      return () => {
        if (read(path) === mine) rmSync(path, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const seen = read(path);
    const holder = ownerOf(seen);
    if (holder) throw new DataDirectoryInUse(dataDir, holder);
    removeIfStill(path, seen);
  }
}

function makeDirectory(dataDir: string): void {
  try {
    makeBelow(dataDir);
    accessSync(dataDir, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
        ? 'it may not be written to'
        : code === 'EEXIST' || code === 'ENOTDIR'
          ? 'a file is in its place'
          : (error as Error).message;
    throw new Error(`${dataDir} can't be used: ${why}. Choose another directory with --data-dir.`, {
      cause: error,
    });
  }
}

/**
 * As `mkdir -p`. Node's own `recursive` option never returns below an existing directory in which nothing can be created (/proc, some
 * network mounts), and the process then hears neither Ctrl-C nor SIGTERM.
 */
function makeBelow(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !existsSync(dirname(directory))) {
      makeBelow(dirname(directory));
      makeBelow(directory);
    } else if (code !== 'EEXIST' || !statSync(directory).isDirectory()) throw error;
  }
}

/** Removes the lock whose owner is dead. If another process has written a new lock meanwhile, that lock is put back. */
function removeIfStill(path: string, seen: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    if (read(aside) !== seen) linkSync(aside, path);
  } catch {
    // Another process was faster; the next round reads its lock.
  }
  rmSync(aside, { force: true });
}

function ownerOf(lock: string): number | null {
  try {
    const { pid, born } = JSON.parse(lock) as { pid: number; born: string };
    return isAlive(pid) && birthOf(pid) === born ? pid : null;
  } catch {
    return null;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
