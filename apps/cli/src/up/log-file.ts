import { closeSync, copyFileSync, mkdirSync, openSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';

const MOST_BYTES = 20 * 1024 * 1024;
const CHECK_MS = 60_000;

/** A log that processes append to. One older part is kept beside it, so that it never takes more than some 40 MB. */
export interface LogFile {
  path: string;
  /** For the stdio of a child. */
  fd: number;
  close(): void;
}

export function openLogFile(path: string): LogFile {
  mkdirSync(dirname(path), { recursive: true });
  const fd = openSync(path, 'a', 0o600);
  const trim = () => {
    // Somebody may have removed it: writers go on all the same.
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) <= MOST_BYTES) return;
    copyFileSync(path, `${path}.1`);
    // Writers append, so they go on at the new end.
    truncateSync(path);
  };
  trim();
  const timer = setInterval(trim, CHECK_MS).unref();
  return {
    path,
    fd,
    close() {
      clearInterval(timer);
      closeSync(fd);
    },
  };
}
