/**
 * The reader of our output may close it early (`freshet status | head -1`). The command finishes all the same, and its exit code
 * says how. `watch`, which has nothing to finish, ends by itself. Output that can't be written for another reason, such as a full
 * disk, is a failure; not for `up`, which goes on without its terminal.
 */
export function outliveOutput(command: string | undefined): void {
  // Text for people who have stopped reading.
  process.stderr.on('error', () => {});
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE' || command === 'up') return;
    process.stderr.write(`The output could not be written: ${message}\n`);
    process.exit(1);
  });
}
