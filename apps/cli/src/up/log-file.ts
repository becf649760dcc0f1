import { closeSync, copyFileSync, existsSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';

const MOST_BYTES = 20 * 1024 * 1024;
const CHECK_MS = 60_000;

/**
 * A log that processes append to. One older part is kept beside it, so that it never takes more than some 40 MB. The file may be
 * removed, and the disk may be full: processes go on writing, and nothing here throws once the file is open.
 */
export interface LogFile {
  path: string;
  /** A descriptor for the stdio of a child that starts now. If the file was removed, it is created again first. */
  fd(): number;
  /** In bytes. */
  size(): number;
  /** The text behind the first so many bytes. */
  textFrom(bytes: number): string;
  close(): void;
}

/** @throws when it can't be opened. @param mostBytes how long it may become before its older part is put aside */
export function openLogFile(path: string, { mostBytes = MOST_BYTES, checkMs = CHECK_MS } = {}): LogFile {
  mkdirSync(dirname(path), { recursive: true });
  const open = () => openSync(path, 'a+', 0o600);
  let fd = open();
  const size = () => fstatSync(fd).size;
  const trim = () => {
    if (size() <= mostBytes) return;
    // If the older part can't be kept (a full disk, a removed file), it is dropped: bounding the log matters more.
    attempt(() => copyFileSync(path, `${path}.1`));
    // Writers append, so they go on at the new end.
    attempt(() => ftruncateSync(fd));
  };
  trim();
  const timer = setInterval(trim, checkMs).unref();
  return {
    path,
    size,
    fd() {
      attempt(() => {
        if (existsSync(path)) return;
        const anew = open();
        closeSync(fd);
        fd = anew;
      });
      return fd;
    },
    textFrom(bytes) {
      const length = Math.max(0, size() - bytes);
      const text = Buffer.alloc(length);
      return text.subarray(0, readSync(fd, text, 0, length, bytes)).toString('utf8');
    },
    close() {
      clearInterval(timer);
      closeSync(fd);
    },
  };
}

/** An error thrown in a timer would end `freshet up` and everything that it runs. */
function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // Tried again at the next occasion.
  }
}
