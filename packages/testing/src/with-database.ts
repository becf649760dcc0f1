import type { Pool, PoolSettings } from '@freshet/store';
import { createDatabase, namedDatabase } from './test-database.ts';

/** A pool of connections to a test file's own database. */
export interface OpenDatabase {
  pool: Pool;
  /** For further pools, and for processes that a story starts. */
  url: string;
}

/** How {@link withDatabase} opens the database. */
export interface OpenSettings extends Omit<PoolSettings, 'url'> {
  /** Runs after the file's last test, while the database is still open. */
  beforeDrop?: (pool: Pool) => Promise<void>;
}

/**
 * Gives a test file a migrated database of its own: `const { pool } = await withDatabase();` at the top of the file, before
 * its other hooks. The database is created before the first test. After the last one the pool is closed and the database
 * dropped. Hooks run in the order of their definition, so whatever uses the pool until the end is closed by `beforeDrop`, or
 * by an `afterAll` further up.
 */
export async function withDatabase({ beforeDrop, ...settings }: OpenSettings = {}): Promise<OpenDatabase> {
  // Imported here, so that test files without a database don't load the store.
  const { createPool } = await import('@freshet/store');
  const { name, url, drop } = namedDatabase();
  const pool = createPool({ ...settings, url });
  beforeAll(() => createDatabase(name));
  afterAll(async () => {
    try {
      await beforeDrop?.(pool);
    } finally {
      await pool.end();
      await drop();
    }
  });
  return { pool, url };
}
