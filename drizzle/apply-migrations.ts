import type pg from 'pg';
import { MIGRATIONS_FOLDER } from './folder.ts';

/** Applies what is pending on this connection; whoever calls holds the lock. drizzle-orm is loaded here alone: only whoever migrates needs it. */
export async function applyMigrations(client: pg.Client): Promise<void> {
  const { drizzle, migrate } = await import('./orm.ts');
  await migrate(drizzle(client), { migrationsFolder: MIGRATIONS_FOLDER });
}
