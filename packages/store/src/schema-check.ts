import { migrationState } from './migration-state.ts';
import type { Queryable } from './pool.ts';

/** Whoever probes may probe often: an answer that isn't final holds for so long. */
const HOLDS_MS = 2_000;

/**
 * A check of readiness: why this version can't work on the database yet, or nothing. Once the schema was up to date it
 * isn't asked again, for migrations are never undone; one that is newer is as good, because processes of the version
 * before run beside it.
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

/** A role that may use the tables but not read of the migrations can't judge, and isn't kept from work for that. */
function unreadable(error: unknown): { pending: string[] } {
  if ((error as { code?: unknown }).code === '42501') return { pending: [] };
  throw error;
}
