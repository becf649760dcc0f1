import type { Queryable } from './pool.ts';

/**
 * A check of readiness. It throws if Postgres doesn't answer, and says so if Postgres answers but takes no writes: a
 * standby serves every read, but nothing can be accepted, fetched or ticked on it.
 */
export function createPostgresCheck(db: Queryable): () => Promise<string | undefined> {
  return async () => {
    const { rows } = await db.query<{ read_only: string }>(
      `select current_setting('transaction_read_only') as read_only`,
    );
    return rows[0]?.read_only === 'on' ? 'takes no writes' : undefined;
  };
}
