import { Command } from 'commander';
import { outliveOutput } from './print/closed-output.ts';

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
  // The whole help would push what is wrong off the screen.
  .showHelpAfterError('(--help says what it takes)');

outliveOutput(process.argv[2]);

const asked = COMMANDS[process.argv[2] ?? ''];
for (const load of asked ? [asked] : Object.values(COMMANDS)) (await load())(program);

try {
  await program.parseAsync();
} catch (error) {
  const { message, exitCode = 1 } = error as Error & { exitCode?: number };
  process.stderr.write(`${message}\n`);
  process.exitCode = exitCode;
}
