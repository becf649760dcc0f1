import { type Command, InvalidArgumentError } from 'commander';
import { readDirectory } from '../client/api-options.ts';
import type { UpOptions } from '../up/up.ts';

/** Adds `freshet up`: the whole system on one machine, in the foreground. */
export function addUpCommand(program: Command): void {
  program
    .command('up')
    .description('start everything on this machine; Ctrl-C stops it')
    .option('--simulate', 'a simulated market instead of the real providers', false)
    .option('--port <port>', 'port of the API and the dashboard (default: PORT, else 8080)', whole(0, 65_535))
    .option(
      '--data-dir <dir>',
      'where the built-in PostgreSQL and Redis keep their data; simulated prices apart from real ones',
      readDirectory,
      '.freshet',
    )
    .option('--workers <n>', 'worker processes', whole(1, 64), 2)
    .option('--json', 'print one JSON line when all is ready, and nothing else', false)
    .action(async (options: UpOptions) => {
      const { up } = await import('../up/up.ts');
      process.exitCode = await up(options);
    });
}

function whole(from: number, to: number): (text: string) => number {
  return (text) => {
    if (/^\d+$/.test(text) && Number(text) >= from && Number(text) <= to) return Number(text);
    throw new InvalidArgumentError(`It must be a whole number between ${from} and ${to}.`);
  };
}
