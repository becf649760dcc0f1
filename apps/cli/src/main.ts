import { Command } from 'commander';
import { onCtrlC } from './client/ctrl-c.ts';
import { CommandFailed, failureJson } from './client/failure.ts';
import { outliveOutput } from './print/closed-output.ts';
import { harmless } from './print/words.ts';

type AddCommand = (program: Command) => void;

/** `freshet`: each command is one file, loaded when it is the one that was asked for (or when help lists them all). */
const COMMANDS: Record<string, () => Promise<AddCommand>> = {
  up: async () => (await import('./commands/up.ts')).addUpCommand,
  refresh: async () => (await import('./commands/refresh.ts')).addRefreshCommand,
  watch: async () => (await import('./commands/watch.ts')).addWatchCommand,
  quotes: async () => (await import('./commands/quotes.ts')).addQuotesCommand,
  explain: async () => (await import('./commands/explain.ts')).addExplainCommand,
  status: async () => (await import('./commands/status.ts')).addStatusCommand,
  sources: async () => (await import('./commands/sources.ts')).addSourcesCommand,
  schedules: async () => (await import('./commands/schedules.ts')).addSchedulesCommand,
  failed: async () => (await import('./commands/failed.ts')).addFailedCommand,
  keys: async () => (await import('./commands/keys.ts')).addKeysCommand,
  'sign-in': async () => (await import('./commands/sign-in.ts')).addSignInCommand,
  migrate: async () => (await import('./commands/migrate.ts')).addMigrateCommand,
  doctor: async () => (await import('./commands/doctor.ts')).addDoctorCommand,
  calendar: async () => (await import('./commands/calendar.ts')).addCalendarCommand,
  metrics: async () => (await import('./commands/metrics.ts')).addMetricsCommand,
  allocate: async () => (await import('./commands/allocate.ts')).addAllocateCommand,
  provider: async () => (await import('./commands/provider-read.ts')).addProviderCommand,
};

const program = new Command('freshet')
  .description('Keeps market data, and the portfolios computed from it, fresh.')
  .version('0.1.0')
  // Printing the whole help would push the error off the screen.
  .showHelpAfterError('(--help says what it takes)');

outliveOutput(process.argv[2]);

/** With `--json` a failure is one object on stderr, also when an option is wrong: a program reads both streams. */
const inJson = process.argv.includes('--json');
if (inJson)
  program
    .exitOverride()
    .showHelpAfterError(false)
    .configureOutput({ outputError: () => {} });

const asked = COMMANDS[process.argv[2] ?? ''];
for (const load of asked ? [asked] : Object.values(COMMANDS)) (await load())(program);

// A command that has something to finish asks for more; `up` drains.
if (process.argv[2] !== 'up')
  onCtrlC(() => {
    tell(new CommandFailed('It was interrupted.', { code: 'interrupted', exitCode: 130 }));
    process.exit();
  });

try {
  await program.parseAsync();
} catch (error) {
  tell(error as Error);
}

function tell(failure: Error & { exitCode?: number }): void {
  process.exitCode = failure.exitCode ?? 1;
  // commander throws for `--help` too, with exit code 0.
  if (process.exitCode !== 0) process.stderr.write(`${inJson ? failureJson(failure) : harmless(failure.message)}\n`);
}
