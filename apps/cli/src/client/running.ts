import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The addresses of a running `freshet up`, for the other commands. */
export interface Running {
  api: string;
  database_url: string;
  redis_url: string;
}

const NAME = 'running.json';

/** Written when all is ready (mode 0600: the addresses carry passwords), gone when it stops. */
export function noteRunning(dataDir: string, running: Running): void {
  writeFileSync(join(dataDir, NAME), `${JSON.stringify(running, null, 2)}\n`, { mode: 0o600 });
}

export function forgetRunning(dataDir: string): void {
  rmSync(join(dataDir, NAME), { force: true });
}

/** Null if nothing was noted, or if its `freshet up` has stopped. */
export function readRunning(dataDir: string): Running | null {
  return readJson<Running>(join(dataDir, NAME));
}

/** The key of a role in `<data-dir>/keys.json`, or null. */
export function keyIn(dataDir: string, role: 'admin'): string | null {
  return readJson<Record<string, string>>(join(dataDir, 'keys.json'))?.[role] ?? null;
}

function readJson<T>(path: string): T | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return null;
  }
}
