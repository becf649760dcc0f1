import { execFile } from 'node:child_process';

/**
 * Builds the dashboard unless it is there already, in a process of its own, so that the builder's memory goes with it.
 * @returns why it could not be built; then the API serves what was built before, or a page that says so
 */
export function buildDashboard(entry: string, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(process.execPath, [entry], { signal }, (error, _stdout, stderr) => {
      resolve(error === null ? null : (stderr.trim().split('\n').at(-1) ?? error.message));
    });
  });
}
