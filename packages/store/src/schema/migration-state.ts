import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MIGRATIONS_FOLDER } from '@freshet/drizzle';
import type { Queryable } from '../database/pool.ts';

/** How the database stands to the migrations of this version. */
export interface MigrationState {
  /** Not applied yet, by name. */
  pending: string[];
  /** Applied, but not as the file says it now. */
  changed: string[];
  /** Applied by a newer version than this one. */
  unknown: number;
}

/** A database without the table of applied migrations is a new one: all are pending. */
export async function migrationState(db: Queryable): Promise<MigrationState> {
  const { rows: tables } = await db.query<{ there: boolean }>(
    `select to_regclass('drizzle.__drizzle_migrations') is not null as there`,
  );
  const applied = tables[0]?.there
    ? (await db.query<{ hash: string; at: number }>('select hash, created_at as at from drizzle.__drizzle_migrations'))
        .rows
    : [];
  const ours = ourMigrations();
  const hashes = new Map(applied.map(({ at, hash }) => [at, hash]));
  const known = new Set(ours.map(({ at }) => at));
  return {
    pending: ours.filter(({ at }) => !hashes.has(at)).map(({ name }) => name),
    changed: ours.filter(({ at, hash }) => hashes.has(at) && hashes.get(at) !== hash).map(({ name }) => name),
    unknown: applied.filter(({ at }) => !known.has(at)).length,
  };
}

/** Migrations are identified as drizzle's migrator does it: by their time in the journal and the hash of their SQL. */
function ourMigrations(): { name: string; at: number; hash: string }[] {
  const journal = JSON.parse(readFileSync(join(MIGRATIONS_FOLDER, 'meta/_journal.json'), 'utf8')) as {
    entries: { tag: string; when: number }[];
  };
  return journal.entries.map(({ tag, when }) => {
    const sql = readFileSync(join(MIGRATIONS_FOLDER, `${tag}.sql`), 'utf8');
    return { name: tag, at: when, hash: createHash('sha256').update(sql).digest('hex') };
  });
}
