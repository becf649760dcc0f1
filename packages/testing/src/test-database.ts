import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { sharedServer } from './shared-servers.ts';

/** A database of one test file, with all migrations applied. */
export interface TestDatabase {
  url: string;
  name: string;
  /** Removes it, connections that are still open included. */
  drop(): Promise<void>;
}

/** Clones the migrated template; `empty` gives a database without any tables. */
export async function testDatabase(options: { empty?: boolean } = {}): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const template = options.empty ? 'template0' : sharedServer('template');
  // A copy of files takes 35 ms where writing every page to the log takes 300: each day of the series is a table.
  await onServer(`create database ${name} template ${template} strategy file_copy`);
  return { url: urlOf(name), name, drop: () => onServer(`drop database if exists ${name} with (force)`) };
}

function urlOf(database: string): string {
  const url = new URL(sharedServer('postgres'));
  url.pathname = `/${database}`;
  return url.href;
}

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: sharedServer('postgres') });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
