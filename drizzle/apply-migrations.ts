import type pg from 'pg';
import { MIGRATIONS_FOLDER } from './folder.ts';

/** Applies the pending migrations on this connection. The caller holds the lock. The migrator is loaded here alone, because only a process that migrates needs it. */
export async function applyMigrations(client: pg.Client): Promise<void> {
  const { drizzle, migrate } = await import('./orm.ts');
  await migrate(drizzle(client), { migrationsFolder: MIGRATIONS_FOLDER });
}
