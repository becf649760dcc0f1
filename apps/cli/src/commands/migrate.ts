import type { Command } from 'commander';

/**
 * Adds `freshet migrate`: brings the database to the schema of this version and sees to the assets that every installation
 * knows, once, however many run it.
 */
export function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('bring the database of DATABASE_URL to this version, with the assets that every installation knows')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: true }) => {
      const { readConfig, variables } = await import('@freshet/runtime');
      const { databaseUrl } = readConfig({ databaseUrl: variables.DATABASE_URL });
      const { ensureKnown, migrate } = await import('@freshet/store');
      const { databaseFailure } = await import('../client/database-failure.ts');
      try {
        await migrate(databaseUrl);
        await ensureKnown(databaseUrl);
      } catch (error) {
        throw databaseFailure(error);
      }
      process.stdout.write(json ? `${JSON.stringify({ up_to_date: true })}\n` : 'The database is up to date.\n');
    });
}
