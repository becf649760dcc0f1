import type { Client } from './pool.ts';

/** A third of what a pool lets a transaction stand idle (`idle_in_transaction_session_timeout`). */
const EVERY_MS = 3_000;

/**
 * Keeps a transaction alive, every 3 s, while `work` goes on without using the database. Postgres ends a transaction
 * that is idle for 10 s, so that a process that hangs holds no locks; arithmetic may take longer, and would be rolled
 * back each time.
 */
export async function keepAlive<T>(client: Client, work: Promise<T>): Promise<T> {
  // If the connection is lost, the next statement fails and reports it.
  const timer = setInterval(() => void client.query('select').catch(() => {}), EVERY_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
