import { type ChildProcess, spawn } from 'node:child_process';

/** Waits for a line, or for the end of its input, which means that this process died. Then it sends $2 to process $1, and $3 after 10 s. */
const SCRIPT = `
read -r word
[ "$word" = stopped ] && exit 0
kill -s "$2" "$1" 2>/dev/null
tries=0
while kill -0 "$1" 2>/dev/null && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
kill -s "$3" "$1" 2>/dev/null
`;

/**
 * Ends `child` when this process dies, however it dies: a shell of half a megabyte reads from a pipe that closes with this process.
 * (A parent-death signal exists only on Linux, and its helper program isn't on every machine; pipes are everywhere.)
 * @returns a function that ends the watchdog, to be called once the child is gone
 */
export function endWithUs(child: ChildProcess, signals: { first: string; last: string }): () => void {
  // In a session of its own, so that Ctrl-C in the terminal doesn't reach it.
  const watchdog = spawn('/bin/sh', ['-c', SCRIPT, 'watchdog', String(child.pid), signals.first, signals.last], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  });
  watchdog.on('error', () => {});
  watchdog.stdin.on('error', () => {});
  watchdog.unref();
  (watchdog.stdin as unknown as { unref?(): void }).unref?.();
  return () => watchdog.stdin.end('stopped\n');
}
