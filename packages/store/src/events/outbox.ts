import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventType } from '@freshet/contracts';
import type { Pool } from '../database/pool.ts';

/** A numbered row of the event log; its items have the numbers `first` to `last`. */
export interface NumberedRow {
  first: number;
  last: number;
  type: EventType;
  userId: string | null;
  at: string;
  items: Record<string, unknown>[];
}

const RELAY_LOCK = 7_305_014;
/**
 * Postgres ends the holder's session after this long without a sign of life. Otherwise a holder whose machine is gone
 * would keep the lock for hours.
 */
const HEARD_WITHIN_MS = 10_000;
/** A third of that, so that a slow holder keeps the lock. */
const SPEAKS_EVERY_MS = 3_000;
/**
 * If an answer takes longer than this, the connection is taken for dead, and the lock for lost to another process.
 */
const ANSWERS_WITHIN_MS = 5_000;

/** The event log as relay and readers need it. */
export function createOutbox(pool: Pool, databaseUrl: string) {
  return {
    since: (number: number, limit: number) => rowsSince(pool, number, limit),
    lastNumber: () => lastNumber(pool),
    numberNext: (limit: number, floor = 0) => numberNext(pool, limit, floor),
    withRelayLock: (work: (lost: AbortSignal) => Promise<void>, stop: AbortSignal) =>
      withRelayLock(databaseUrl, work, stop),
  };
}

const COLUMNS = `number - size + 1 as first, number as last, type, user_id as "userId",
  to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, items`;

async function rowsSince(pool: Pool, number: number, limit: number): Promise<NumberedRow[]> {
  const { rows } = await pool.query<NumberedRow>({
    name: 'events-since',
    text: `select ${COLUMNS} from events where number > $1 order by number limit $2`,
    values: [number, limit],
  });
  return rows;
}

async function lastNumber(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ last: number }>('select coalesce(max(number), 0) as last from events');
  return Number(rows[0]?.last ?? 0);
}

/**
 * Only the holder of the relay's lock assigns numbers, so that they have no gaps and follow the order of publishing. A
 * holder that lost the lock half-way may be about to commit: rows that it has numbered, and perhaps published, keep
 * their numbers.
 * The numbers that are given lie above `floor`.
 */
async function numberNext(pool: Pool, limit: number, floor: number): Promise<NumberedRow[]> {
  const { rows } = await pool.query<NumberedRow>({
    name: 'number-events',
    text: `with next as (select id, size from events where number is null order by id limit $1),
             numbered as (select id, greatest((select max(number) from events), $2::bigint) + sum(size) over (order by id) as number from next),
             written as (update events e set number = n.number from numbered n where e.id = n.id and e.number is null
               returning e.number, e.size, e.type, e.user_id, e.at, e.items)
           select ${COLUMNS} from written order by number`,
    values: [limit, floor],
  });
  return rows;
}

/**
 * Holds the lock on a session of its own. When that session breaks the lock is free for another process, and `lost`
 * fires.
 */
async function withRelayLock(
  databaseUrl: string,
  work: (lost: AbortSignal) => Promise<void>,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    const lost = new AbortController();
    const client = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'freshet-relay',
      keepAlive: true,
      connectionTimeoutMillis: ANSWERS_WITHIN_MS,
      query_timeout: ANSWERS_WITHIN_MS,
      options: `-c idle_session_timeout=${HEARD_WITHIN_MS}`,
    });
    client.on('error', (error) => lost.abort(error));
    client.on('end', () => lost.abort(new Error('the session ended')));
    const onStop = () => lost.abort(new Error('stopping'));
    stop.addEventListener('abort', onStop, { once: true });
    try {
      await client.connect();
      // Polls for the lock instead of waiting for it, so that stopping never hangs on another process's lock.
      while (!lost.signal.aborted && !(await tryLock(client))) await sleep(500);
      if (!lost.signal.aborted) await whileHeard(client, lost, () => work(lost.signal));
    } catch {
      await sleep(500);
    } finally {
      stop.removeEventListener('abort', onStop);
      await client.end().catch(() => {});
    }
    if (!lost.signal.aborted) return;
  }
}

/** Keeps the session alive while `work` goes on. If it doesn't answer, the lock is lost. */
async function whileHeard(client: pg.Client, lost: AbortController, work: () => Promise<void>): Promise<void> {
  const speak = () => client.query('select').catch((error: unknown) => lost.abort(error));
  const timer = setInterval(() => void speak(), SPEAKS_EVERY_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [RELAY_LOCK]);
  return rows[0]?.held ?? false;
}
