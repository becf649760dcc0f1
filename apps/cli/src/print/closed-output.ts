/**
 * Who reads us may have read enough (`freshet status | head -1`). That ends nothing: what was begun is finished, and the exit code
 * says how. `watch`, which has nothing to finish, ends by itself. Output that can't be written for another reason, such as a full
 * disk, is a failure; not for `up`, which goes on without its terminal.
 */
export function outliveOutput(command: string | undefined): void {
  // Words for people, who aren't there any more.
  process.stderr.on('error', () => {});
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE' || command === 'up') return;
    process.stderr.write(`The output could not be written: ${message}\n`);
    process.exit(1);
  });
}
