import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { migrated } from './migrated.ts';
import { sharedServer } from './shared-servers.ts';

const TEMPLATE = 'freshet_template';
/** Test files that run side by side make the template once. */
const TEMPLATE_LOCK = 7_305_099;

/** A database of one test file, with all migrations applied. */
export interface TestDatabase {
  url: string;
  name: string;
  /** Removes it, connections that are still open included. */
  drop(): Promise<void>;
}

/** Clones the migrated template; `empty` gives a database without any tables. */
export async function testDatabase(options: { empty?: boolean } = {}): Promise<TestDatabase> {
  const database = namedDatabase();
  await createDatabase(database.name, options);
  return database;
}

/** A name that no other test file has. The database doesn't exist before {@link createDatabase}. */
export function namedDatabase(): TestDatabase {
  const name = `test_${randomBytes(6).toString('hex')}`;
  return {
    url: urlOf(name),
    name,
    drop: () => onServer((client) => client.query(`drop database if exists ${name} with (force)`)),
  };
}

export function createDatabase(name: string, options: { empty?: boolean } = {}): Promise<void> {
  return onServer(async (client) => {
    if (!options.empty) await ensureTemplate(client);
    const template = options.empty ? 'template0' : TEMPLATE;
    // Copying files takes 35 ms. Writing every page to the log would take 300, because each day of the series is a table.
    await client.query(`create database ${name} template ${template} strategy file_copy`);
  });
}

/** The first test file of a run that wants a database pays for the migrations; runs without databases don't. */
async function ensureTemplate(client: Client): Promise<void> {
  await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  try {
    const { rows } = await client.query('select datallowconn as unfinished from pg_database where datname = $1', [
      TEMPLATE,
    ]);
    if (rows[0]?.unfinished === false) return;
    await client.query(`drop database if exists ${TEMPLATE} with (force)`);
    await client.query(`create database ${TEMPLATE}`);
    await migrated(urlOf(TEMPLATE));
    // Nobody may connect to it any more, or cloning would fail; and so it is known to be complete.
    await client.query(`alter database ${TEMPLATE} allow_connections false`);
  } finally {
    await client.query('select pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  }
}

function urlOf(database: string): string {
  const url = new URL(sharedServer('postgres'));
  url.pathname = `/${database}`;
  return url.href;
}

async function onServer(work: (client: Client) => Promise<unknown>): Promise<void> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: sharedServer('postgres') });
  client.on('error', () => {});
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
