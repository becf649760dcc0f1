import { Command } from 'commander';

type AddCommand = (program: Command) => void;

/** `freshet`: each command is one file, loaded when it is the one that was asked for (or when help lists them all). */
const COMMANDS: Record<string, () => Promise<AddCommand>> = {
  up: async () => (await import('./commands/up.ts')).addUpCommand,
  migrate: async () => (await import('./commands/migrate.ts')).addMigrateCommand,
  calendar: async () => (await import('./calendar.ts')).addCalendarCommand,
  metrics: async () => (await import('./metrics.ts')).addMetricsCommand,
  allocate: async () => (await import('./allocate.ts')).addAllocateCommand,
  provider: async () => (await import('./provider-read.ts')).addProviderCommand,
};

const program = new Command('freshet')
  .description('Keeps market data, and the portfolios computed from it, fresh.')
  .version('0.1.0')
  .showHelpAfterError();

const asked = COMMANDS[process.argv[2] ?? ''];
for (const load of asked ? [asked] : Object.values(COMMANDS)) (await load())(program);

try {
  await program.parseAsync();
} catch (error) {
  const { message, exitCode = 1 } = error as Error & { exitCode?: number };
  process.stderr.write(`${message}\n`);
  process.exitCode = exitCode;
}
