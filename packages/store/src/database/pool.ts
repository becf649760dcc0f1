import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { isTracing } from '@freshet/runtime';
import { DELETED_MEANWHILE, isCutOff } from './is-away.ts';
import { traceStatements } from './trace-statements.ts';

// Dates of sessions are dates in the exchange's zone: as text they can't slip by a day with the process's time zone.
pg.types.setTypeParser(1082, (text) => text);
// Counts and event numbers fit a double for the next 285,000 years at 1,000 a second.
pg.types.setTypeParser(20, Number);

export type Pool = pg.Pool;
export type Client = pg.PoolClient;
/** Whatever a single statement can be sent to. */
export type Queryable = Pick<pg.Pool, 'query'>;

export interface PoolSettings {
  url: string;
  max?: number;
  name?: string;
  /** False: commits return before they are on disk; for what a crash of the database may forget without harm. */
  durable?: boolean;
  /**
   * Its statements find rows by key. A prepared statement is planned once, perhaps while a table is still empty; later
   * it would read the whole table for each symbol until the statistics are renewed: claims took 4 s when the first
   * history had just come.
   */
  byKey?: boolean;
  /**
   * Its statements take the first few rows by an index that has them in order, and never sort all that wait. Planned
   * while few waited, a claim of 50 sorted the other 100,000 each time, in 160 ms.
   */
  inOrder?: boolean;
  /**
   * Somebody waits for the answer: if the database doesn't respond, connection and statement give up after 9.5 s, not
   * 20.
   */
  answersSoon?: boolean;
  onError?: (error: Error) => void;
}

/**
 * Time limits in ms: for a connection (new or free) and for an answer. The server cancels the statement a moment
 * earlier.
 */
const PATIENT = { connection: 5_000, answer: 15_000, statement: 14_000 };
const SOON = { connection: 3_000, answer: 6_500, statement: 6_000 };

/**
 * A pool that survives its database. A checked-out client emits its own `error` (server restart, idle-in-transaction
 * time-out), which would end the process if nobody listened; time-outs on both sides keep a hung server from hanging
 * us.
 */
export function createPool({
  url,
  max = 10,
  name = 'freshet',
  durable = true,
  byKey = false,
  inOrder = false,
  answersSoon = false,
  onError = () => {},
}: PoolSettings): Pool {
  const within = answersSoon ? SOON : PATIENT;
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: name,
    connectionTimeoutMillis: within.connection,
    query_timeout: within.answer,
    keepAlive: true,
    // Statements that don't wait for each other's answers share a round trip.
    pipeline: true,
    maxLifetimeSeconds: 1_800,
    idleTimeoutMillis: 30_000,
    options: `-c statement_timeout=${within.statement} -c lock_timeout=5000 -c idle_in_transaction_session_timeout=10000 -c TimeZone=UTC${
      durable ? '' : ' -c synchronous_commit=off'
    }${byKey ? ' -c enable_seqscan=off' : ''}${inOrder ? ' -c enable_sort=off -c enable_bitmapscan=off' : ''}`,
  });
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', onError));
  if (isTracing()) pool.on('connect', traceStatements);
  return pool;
}

/**
 * Runs statements that make no transaction behind one another on one connection, which is given up when one of them
 * fails.
 */
export async function onOneConnection<T>(pool: Pool, work: (client: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    return await work(client);
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    client.release(failure);
  }
}

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';
/** A retry leaves out what was deleted meanwhile. */
const CONFLICTS = new Set([SERIALIZATION_FAILURE, DEADLOCK, DELETED_MEANWHILE]);

/**
 * Takes a statement whose answer the transaction doesn't need: it is sent together with COMMIT, so locks are held for
 * one round trip less.
 */
export type AtEnd = (sent: Promise<unknown>) => void;

/**
 * Runs `work` in one transaction, again after a deadlock, and when what it referred to was deleted meanwhile.
 * `durable: false` lets the commit return before it is on disk: for steps that a later one makes durable or redoes.
 */
export function withTx<T>(
  pool: Pool,
  work: (client: Client, atEnd: AtEnd) => Promise<T>,
  { durable = true } = {},
): Promise<T> {
  return again(() => once(pool, work, durable));
}

/**
 * Retries `work` after a conflict with another transaction, three times at most: the one that lost had no effect. For a
 * whole transaction, or a single statement outside of one that locks several rows. Within a larger transaction there
 * would be nothing left to go on with.
 */
export async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= 4 || !CONFLICTS.has((error as { code?: string }).code ?? '')) throw error;
      await sleep(5 * attempt + Math.random() * 20);
    }
  }
}

/** drizzle's own `transaction()` leaks its client when BEGIN fails and returns broken ones after a failed ROLLBACK. */
async function once<T>(pool: Pool, work: (client: Client, atEnd: AtEnd) => Promise<T>, durable: boolean): Promise<T> {
  const client = await pool.connect();
  const errors = firstErrorOf(client);
  let broken: Error | undefined;
  try {
    // Sent together with the first statement of the work.
    const begun = client.query(durable ? 'begin' : 'begin; set local synchronous_commit = off');
    begun.catch(() => {});
    const last: Promise<unknown>[] = [begun];
    const result = await work(client, (sent) => {
      sent.catch(() => {});
      last.push(sent);
    });
    // Committing a failed transaction rolls it back; what failed in it is thrown.
    await Promise.all([...last, client.query('commit')]);
    return result;
  } catch (error) {
    const first = errors.first();
    broken = isCutOff(error) ? (error as Error) : await rolledBack(client);
    throw isAfterAnother(error) ? (first ?? error) : error;
  } finally {
    errors.forget();
    client.release(broken);
  }
}

/** What was wrong with the connection, if it isn't fit for use any more. */
const rolledBack = (client: Client): Promise<Error | undefined> =>
  client.query('rollback').then(
    () => undefined,
    (failure: Error) => failure,
  );

const IN_FAILED_TRANSACTION = '25P02';
const isAfterAnother = (error: unknown) => (error as { code?: string }).code === IN_FAILED_TRANSACTION;

/**
 * The first error of what is sent on a connection. Statements that were sent behind a failed one only hear that the
 * transaction is over, and theirs may be the error that is thrown first: it would hide a deadlock, which is tried
 * again.
 */
function firstErrorOf(client: Client): { first(): unknown; forget(): void } {
  const send = client.query;
  let first: unknown;
  const noted = (...args: unknown[]): unknown => {
    const answer = (send as (...args: unknown[]) => unknown).apply(client, args);
    if (answer instanceof Promise)
      answer.catch((error: unknown) => {
        first ??= error;
      });
    return answer;
  };
  client.query = noted as typeof client.query;
  return {
    first: () => first,
    forget() {
      client.query = send;
    },
  };
}
