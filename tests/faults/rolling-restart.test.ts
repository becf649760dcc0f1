import { eventually } from '@freshet/testing';
import pg from 'pg';
import { postRefresh, stopSchedules, untilEnd } from '../client.ts';
import { latency } from './latency.ts';
import { arrivalsAt, onlyProviders } from '../simulator-log.ts';
import { startSystem, type System } from '../system.ts';

/** A deployment: every worker is told to end, one after another, and another takes its place, while a big refresh is on its way. */
let system: System;
let db: pg.Pool;

const WORKERS = 3;
/** So many histories, each a call of its own of five seconds, with 20 to 30 in flight: some 80 s, and a worker's drain and start take four to ten. */
const SYMBOLS = Array.from({ length: 400 }, (_, i) => `SYM${String(i + 1).padStart(5, '0')}`);

beforeAll(async () => {
  system = await startSystem({
    workers: WORKERS,
    simulator: ['--no-limits', '--latency', '20'],
    env: { YAHOO_LIMITS: '100/s', ...onlyProviders('YAHOO') },
  });
  db = new pg.Pool({ connectionString: system.databaseUrl, max: 2 });
  await stopSchedules(system);
}, 180_000);
afterAll(async () => {
  await db?.end();
  await system?.stop();
}, 60_000);

const landed = async (): Promise<number> =>
  (await db.query(`select count(*)::int as n from refresh_items where state <> 'waiting'`)).rows[0].n;

test('a restart of all workers, one by one, during a big refresh loses nothing and calls for nothing twice', async () => {
  await latency(system, 5_000);
  const body = { symbols: SYMBOLS, mode: 'full', max_age_s: 0 };
  const { refresh_id } = await postRefresh(system, '/api/v1/manual/refresh/prices', body);
  await eventually(async () => expect(await landed()).toBeGreaterThan(0), { withinMs: 60_000, everyMs: 50 });
  const codes: (number | null)[] = [];
  for (const worker of system.workers.splice(0)) {
    codes.push((await worker.terminate()).code);
    await system.addWorker();
  }
  // All of those who had begun it have gone, and it isn't over.
  expect(await landed()).toBeLessThan(2 * SYMBOLS.length);
  // What is left needn't take as long.
  await latency(system, 20);
  const ended = await untilEnd(system, refresh_id, { everyMs: 50, withinMs: 90_000 });
  expect(codes).toEqual(Array.from({ length: WORKERS }, () => 0));
  expect(ended).toMatchObject({ status: 'success', items_updated: { prices: SYMBOLS.length } });
  const { rows } = await db.query(
    `select data, state, count(*)::int as n, count(distinct subject)::int as symbols from refresh_items group by data, state order by data`,
  );
  const n = SYMBOLS.length;
  expect(rows).toEqual([
    { data: 'bars', state: 'updated', n, symbols: n },
    { data: 'quote', state: 'updated', n, symbols: n },
  ]);
  expect(await twice('bars')).toEqual([]);
  expect(await twice('quote')).toEqual([]);
}, 180_000);

/** The symbols that more than one call asked for. */
async function twice(endpoint: string): Promise<string[]> {
  const calls = (await arrivalsAt(system.simulator, 'yahoo')).filter((call) => call.endpoint === endpoint);
  const asked = calls.flatMap(({ symbols }) => symbols);
  expect(new Set(asked).size).toBe(SYMBOLS.length);
  return asked.filter((symbol, i) => asked.indexOf(symbol) < i);
}
