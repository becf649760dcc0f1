import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, type FaultyProxy, faultyProxy } from '@freshet/testing';
import pg from 'pg';
import { refreshPrices, stopSchedules, untilEnd } from '../client.ts';
import { arrivalsAt } from '../simulator-log.ts';
import { startSystem, type System } from '../system.ts';
import { effectsOf } from './effects.ts';
import { latency } from './latency.ts';

/**
 * A line that swallows everything without a word, as a router that forgot the connection: nobody is told, nothing is refused. At first the
 * only worker sits behind it, so that nobody else can go on in its place.
 */
let system: System;
let db: pg.Pool;
let lines: { redis: FaultyProxy; postgres: FaultyProxy };

const CALL_MS = 2_000;
const HOLE_MS = 20_000;

beforeAll(async () => {
  system = await startSystem({
    workers: 0,
    simulator: ['--no-limits', '--latency', String(CALL_MS)],
    env: { YAHOO_LIMITS: '100/s' },
  });
  lines = {
    redis: await faultyProxy({ target: system.redisUrl }),
    postgres: await faultyProxy({ target: system.databaseUrl }),
  };
  await system.addWorker({ REDIS_URL: lines.redis.url, DATABASE_URL: lines.postgres.url });
  db = new pg.Pool({ connectionString: system.databaseUrl, max: 2 });
  db.on('error', () => {});
  await stopSchedules(system);
  await db.query('truncate financial_time_series, latest_quotes');
  // The first call shakes hands.
  await untilEnd(system, (await start(['AAPL'])).refresh_id);
}, 180_000);
afterAll(async () => {
  await db?.end();
  // Draining takes its time where nothing comes through.
  await system?.workers[0]?.kill9();
  await system?.stop();
  await Promise.all(Object.values(lines ?? {}).map((line) => line.close()));
}, 60_000);

const start = (symbols: string[]) => refreshPrices(system, symbols);

async function inTheMiddleOfACall(symbol: string): Promise<void> {
  await eventually(
    async () => {
      const { rows } = await db.query('select from wants where symbol = $1 and call_id is not null', [symbol]);
      expect(rows).toHaveLength(1);
    },
    { withinMs: 10_000, everyMs: 20 },
  );
  await eventually(async () => expect(await callsFor(symbol)).toBe(1), { withinMs: 5_000, everyMs: 20 });
}

async function callsFor(symbol: string): Promise<number> {
  return (await arrivalsAt(system.simulator, 'yahoo')).filter(({ symbols }) => symbols.includes(symbol)).length;
}

test.each([
  // Nobody could know how the call went that was out meanwhile.
  ['redis', 'KO', ['MCD', 'SBUX'], 2],
  // Its answer waits for the record.
  ['postgres', 'PEP', ['NKE', 'DIS'], 1],
] as const)(
  'between the only worker and %s: what runs meanwhile ends once, without a hand',
  async (line, symbol, others, mostCalls) => {
    const { refresh_id } = await start([symbol]);
    await inTheMiddleOfACall(symbol);
    lines[line].blackhole();
    const later = await start([...others]);
    await sleep(HOLE_MS);
    // What passes again is new connections: the old ones stay as they are.
    lines[line].pass();
    const passedAt = performance.now();
    for (const id of [refresh_id, later.refresh_id]) {
      const ended = await untilEnd(system, id, { everyMs: 50, withinMs: 60_000 });
      expect(ended.status).toBe('success');
    }
    // A connection that was made in the meantime is dead as well, and is given up after 15 s of silence.
    expect(performance.now() - passedAt).toBeLessThan(25_000);
    expect(await effectsOf(db, refresh_id)).toEqual({ items: 1, quotes: 1, ends: 1 });
    expect(await effectsOf(db, later.refresh_id)).toEqual({ items: 2, quotes: 2, ends: 1 });
    expect(await callsFor(symbol)).toBeLessThanOrEqual(mostCalls);
  },
  90_000,
);

test('around one worker of two: the other goes on in its place, and what it says when it is back has no effect', async () => {
  await latency(system, 8_000);
  const { refresh_id } = await start(['WMT']);
  await inTheMiddleOfACall('WMT');
  // At once: before the other is there, its call could have come back.
  for (const line of Object.values(lines)) line.blackhole();
  await system.addWorker();
  await latency(system, 20);
  const ended = await untilEnd(system, refresh_id, { everyMs: 50, withinMs: 30_000 });
  expect(ended.status).toBe('success');
  for (const line of Object.values(lines)) line.pass();
  // Its answer has come by now, and it tries to land it.
  await sleep(10_000);
  expect(await effectsOf(db, refresh_id)).toEqual({ items: 1, quotes: 1, ends: 1 });
  expect(await callsFor('WMT')).toBe(2);
}, 120_000);
