import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@freshet/testing';
import pg from 'pg';
import { refreshPrices, stopSchedules, untilEnd } from '../client.ts';
import { arrivalsAt } from '../simulator-log.ts';
import { startSystem, type System } from '../system.ts';
import { effectsOf } from './effects.ts';
import { latency } from './latency.ts';

/** Nothing accepted is lost, nothing has two effects: held against real processes and servers that die. */
let system: System;
let db: pg.Pool;

beforeAll(async () => {
  system = await startSystem({
    workers: 2,
    simulator: ['--no-limits', '--latency', '20'],
    // A window of a second: after a wiped Redis, windows count as full for one length.
    env: { YAHOO_LIMITS: '100/s' },
  });
  db = new pg.Pool({ connectionString: system.databaseUrl, max: 2 });
  db.on('error', () => {});
  await stopSchedules(system);
  // While a market is closed its quotes have the same time again and again: what a schedule stored would stay, and be nobody's effect here.
  await db.query('truncate financial_time_series, latest_quotes');
  // The first calls shake hands; what follows is counted.
  await untilEnd(system, (await start(['AAPL'])).refresh_id);
}, 180_000);
afterAll(async () => {
  await db?.end();
  await system?.stop();
}, 60_000);

const start = (symbols: string[]) => refreshPrices(system, symbols);

const loggedLines = () => [...system.workers, system.apiProcess].map((process) => process.stderr().split('\n').length);

async function callsFor(symbol: string): Promise<number> {
  return (await arrivalsAt(system.simulator, 'yahoo')).filter(({ symbols }) => symbols.includes(symbol)).length;
}

test('a worker that is killed in the middle of a fetch costs one call more at most, and 15 s', async () => {
  await latency(system, 3_000);
  const before = await callsFor('KO');
  const { refresh_id } = await start(['KO']);
  // Whoever holds the claim is in the middle of its call.
  await eventually(async () => expect(await callsInFlight()).toBe(1), { withinMs: 10_000 });
  const killedAt = performance.now();
  // Which of the two has it isn't known from outside: the one that dies first may be the other, so both go, one comes back.
  await Promise.all(system.workers.splice(0).map((worker) => worker.kill9()));
  await system.addWorker();
  const ended = await untilEnd(system, refresh_id, { everyMs: 50, withinMs: 30_000 });
  expect(ended.status).toBe('success');
  expect(performance.now() - killedAt).toBeLessThan(25_000);
  expect((await callsFor('KO')) - before).toBeLessThanOrEqual(2);
  expect(await effectsOf(db, refresh_id)).toEqual({ items: 1, quotes: 1, ends: 1 });
  await latency(system, 20);
  await system.addWorker();

  async function callsInFlight(): Promise<number> {
    const { rows } = await db.query(`select count(*)::int as n from wants where symbol = 'KO' and call_id is not null`);
    return rows[0].n;
  }
}, 60_000);

test('a Redis that is away for 25 s and one that was wiped lose nothing: what is accepted meanwhile ends once', async () => {
  const linesBefore = loggedLines();
  await system.redis.stop();
  const meanwhile = await start(['PG', 'JNJ']);
  await sleep(25_000);
  await system.redis.start();
  // What is wrong is said, and doesn't fill the disk: fewer than ten lines a second of any process.
  for (const [i, lines] of loggedLines().entries()) expect(lines - (linesBefore[i] ?? 0)).toBeLessThan(250);
  const late = await untilEnd(system, meanwhile.refresh_id, { everyMs: 50, withinMs: 30_000 });
  expect(late).toMatchObject({ status: 'success', items_updated: { prices: 2 } });
  expect(await effectsOf(db, meanwhile.refresh_id)).toMatchObject({ items: 2, ends: 1 });

  await latency(system, 1_500);
  const running = await start(['XOM', 'CVX']);
  await sleep(200);
  const waiting = await Promise.all(
    Array.from({ length: 5 }, (_, i) => start([['ABT', 'MRK', 'PFE', 'LLY', 'UNH'][i] as string])),
  );
  await system.redis.wipe();
  await latency(system, 20);
  for (const { refresh_id } of [running, ...waiting]) {
    const ended = await untilEnd(system, refresh_id, { everyMs: 50, withinMs: 40_000 });
    expect(ended.status).toBe('success');
    expect((await effectsOf(db, refresh_id)).ends).toBe(1);
  }
}, 120_000);

test('an api that is killed between its commit and the ring has lost nothing', async () => {
  // A Redis that hangs keeps the ring from getting through; the row is there.
  system.redis.pause();
  const { refresh_id } = await start(['CAT']);
  await system.apiProcess.kill9();
  system.redis.resume();
  await system.restartApi();
  const ended = await untilEnd(system, refresh_id, { everyMs: 50, withinMs: 30_000 });
  expect(ended.status).toBe('success');
  expect(await effectsOf(db, refresh_id)).toEqual({ items: 1, quotes: 1, ends: 1 });
}, 60_000);

test('an api that is killed between its accept and its answer starts nothing twice: the same key finds what it started', async () => {
  await db.query(`
    create function hold() returns trigger language plpgsql as $$ begin perform pg_sleep(60); raise exception 'held'; end $$;
    create trigger hold before update on idempotency_keys for each row when (new.status is not null) execute function hold()`);
  const post = () =>
    fetch(`${system.api}/api/v1/manual/refresh/prices`, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${system.keys.system}`, 'content-type': 'application/json' },
        'idempotency-key': 'killed',
      },
      body: JSON.stringify({ symbols: ['DE'], max_age_s: 0 }),
    }).catch(() => null);
  const started = async () => {
    const { rows } = await db.query<{ id: string }>(`select id from refreshes where symbols = '{DE}'`);
    return rows.map(({ id }) => id);
  };
  const lost = post();
  await eventually(async () => expect(await started()).toHaveLength(1), { withinMs: 5_000, everyMs: 10 });
  await system.apiProcess.kill9();
  expect(await lost).toBeNull();
  // Its session in Postgres outlives it, and would hold the table for as long.
  await db.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()`,
  );
  await db.query('drop function hold cascade');
  await system.restartApi();
  const [id = ''] = await started();
  expect((await untilEnd(system, id, { everyMs: 50, withinMs: 30_000 })).status).toBe('success');
  const again = await eventually(
    async () => {
      const answer = await post();
      expect(answer?.status).toBe(202);
      return (await answer?.json()) as { refresh_id: string };
    },
    { withinMs: 15_000, everyMs: 500 },
  );
  expect([again.refresh_id, await started()]).toEqual([id, [id]]);
}, 120_000);

test('a Postgres that is killed and comes back is taken up again without a hand', async () => {
  await latency(system, 1_000);
  const { refresh_id } = await start(['HON', 'MMM']);
  await sleep(300);
  await system.postgres.kill9();
  await sleep(1_000);
  await system.postgres.start();
  await latency(system, 20);
  const ended = await untilEnd(system, refresh_id, { everyMs: 100, withinMs: 45_000 });
  expect(ended.status).toBe('success');
  expect((await effectsOf(db, refresh_id)).ends).toBe(1);
}, 90_000);
