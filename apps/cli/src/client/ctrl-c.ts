/** npm, the terminal and the launcher of the pinned Node each pass Ctrl-C on, so one Ctrl-C may arrive as several signals within moments. */
export const SAME_WISH_MS = 700;
/** A process that is ending has no handlers left, and a late copy of the signal would kill it: it stays until the copies have come. */
const ECHOES_WITHIN_MS = 250;

let wish: (() => void) | null = null;

/**
 * Calls `stop`, the one that was given last, at the first Ctrl-C; a second one, later, ends this process at once. Keeps listening until
 * the process ends, so that a late copy of the first signal doesn't kill it before it has said how it ended.
 */
export function onCtrlC(stop: () => void): void {
  const isHeard = wish !== null;
  wish = stop;
  if (isHeard) return;
  let firstAt: number | null = null;
  process.on('SIGINT', () => {
    if (firstAt === null) {
      firstAt = performance.now();
      setTimeout(() => {}, ECHOES_WITHIN_MS);
      wish?.();
    } else if (performance.now() - firstAt > SAME_WISH_MS) process.exit(130);
  });
}
