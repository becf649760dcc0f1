import pg from 'pg';
import { applyMigrations } from '@freshet/drizzle';
import { ensurePartitions } from './partitions.ts';

/** An arbitrary number that nothing else locks: one migration at a time, however many processes start at once. */
const MIGRATION_LOCK = 7_305_011;

/**
 * Brings the database to the schema of this version, and the series' partitions with it. Safe to run by many at once.
 */
export async function migrate(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'freshet-migrate' });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await applyMigrations(client);
    await ensurePartitions(client);
  } finally {
    await client.end();
  }
}
