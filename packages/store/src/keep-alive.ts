import type { Client } from './pool.ts';

/** A third of what a pool lets a transaction stand idle (`idle_in_transaction_session_timeout`). */
const EVERY_MS = 3_000;

/**
 * Says each 3 s that a transaction is still wanted while `work`, which asks the database nothing, goes on: Postgres
 * ends one that is idle for 10 s, so that one whose process hangs holds no locks. Arithmetic may take longer than that,
 * and would be undone each time it is tried.
 */
export async function keepAlive<T>(client: Client, work: Promise<T>): Promise<T> {
  // Where the connection is lost, whatever comes next says so.
  const timer = setInterval(() => void client.query('select').catch(() => {}), EVERY_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
