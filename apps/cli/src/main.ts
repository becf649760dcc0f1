import { Command } from 'commander';
import { migrateCommand } from './commands/migrate.ts';
import { upCommand } from './commands/up.ts';

/** `freshet`: each command is one file, and loads what it needs only when it runs. */
const program = new Command('freshet')
  .description('Keeps market data, and the portfolios computed from it, fresh.')
  .version('0.1.0')
  .showHelpAfterError();

for (const command of [upCommand, migrateCommand]) command(program);

try {
  await program.parseAsync();
} catch (error) {
  const { message, exitCode = 1 } = error as Error & { exitCode?: number };
  process.stderr.write(`${message}\n`);
  process.exitCode = exitCode;
}
