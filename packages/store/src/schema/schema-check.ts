import { migrationState } from './migration-state.ts';
import type { Queryable } from '../database/pool.ts';

/** Probes may come often: an answer that isn't final is kept for this long. */
const HOLDS_MS = 2_000;

/**
 * A check of readiness: says why this version can't work on the database yet, or nothing. Once the schema is up to date
 * it isn't checked again, because migrations are never undone. A newer schema is as good, because processes of the
 * previous version run on it too.
 */
export function createSchemaCheck(db: Queryable): () => Promise<string | undefined> {
  let upToDate = false;
  let asked: { at: number; answer: Promise<string | undefined> } | null = null;

  async function ask(): Promise<string | undefined> {
    const { pending } = await migrationState(db).catch(unreadable);
    upToDate = pending.length === 0;
    if (!upToDate) return `the database lacks ${pending.length} migrations of this version: run freshet migrate`;
  }

  return async () => {
    if (upToDate) return;
    if (!asked || performance.now() - asked.at >= HOLDS_MS) asked = { at: performance.now(), answer: ask() };
    return asked.answer;
  };
}

/**
 * A role that may use the tables but not read the list of migrations can't judge; that doesn't keep it from working.
 */
function unreadable(error: unknown): { pending: string[] } {
  if ((error as { code?: unknown }).code === '42501') return { pending: [] };
  throw error;
}
