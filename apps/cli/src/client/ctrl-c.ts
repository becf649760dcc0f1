/** npm, the terminal and the program that hands over to the pinned Node each pass Ctrl-C on: the same wish may come twice within moments. */
export const SAME_WISH_MS = 700;
/** A process that is about to end hears no signals any more, and dies of one: it stays until the echoes have come. */
const ECHOES_WITHIN_MS = 250;

/**
 * Calls `stop` at the first Ctrl-C; a second one, later, ends this process at once. Listens until the process ends, which is when the
 * command does: an echo of the first must not kill what is about to say how it ended.
 */
export function onCtrlC(stop: () => void): void {
  let firstAt: number | null = null;
  process.on('SIGINT', () => {
    if (firstAt === null) {
      firstAt = performance.now();
      setTimeout(() => {}, ECHOES_WITHIN_MS);
      stop();
    } else if (performance.now() - firstAt > SAME_WISH_MS) process.exit(130);
  });
}
