import { postRefresh, refreshPrices, untilEnd } from '../client.ts';
import { onlyProviders } from '../simulator-log.ts';
import { startSystem, type System } from '../system.ts';
import { eventually } from '@freshet/testing';
import pg from 'pg';

/** A provider is switched off while a refresh waits for its quota: the worker that starts without it sends what waits to another. */
let system: System;
let db: pg.Pool;

beforeAll(async () => {
  system = await startSystem({
    workers: 1,
    scheduler: false,
    durable: false,
    simulator: ['--latency', '20'],
    env: { ...onlyProviders('YAHOO'), YAHOO_LIMITS: '2/min' },
  });
  db = new pg.Pool({ connectionString: system.databaseUrl, max: 1 });
}, 180_000);
afterAll(async () => {
  await db?.end();
  await system?.stop();
}, 60_000);

test('what waits for a provider that is off by the next start is served by another', async () => {
  // Nobody else is on, and the minute of the only one is spent.
  const lanes = async () => (await db.query('select lane from wants where call_id is null')).rows;
  const symbols = ['KO', 'PEP', 'DIS', 'NKE'];
  const asked = [];
  for (const symbol of symbols) asked.push(await refreshPrices(system, [symbol]));
  await eventually(async () => expect(await lanes()).toContainEqual({ lane: 'yahoo' }), { withinMs: 60_000 });
  await system.workers[0]?.terminate();
  const waiting = await postRefresh(system, '/api/v1/manual/refresh/prices', { symbols, max_age_s: 0 });
  await system.addWorker({ YAHOO_ENABLED: 'false', FINNHUB_ENABLED: 'true' });
  for (const { refresh_id } of [...asked.slice(-1), waiting])
    expect(await untilEnd(system, refresh_id, { withinMs: 60_000 })).toMatchObject({
      status: 'success',
      items: { failed: 0 },
    });
  const { rows } = await db.query('select distinct source from latest_quotes where symbol = any($1)', [
    symbols.slice(-1),
  ]);
  expect(rows).toEqual([{ source: 'finnhub' }]);
  expect(await lanes()).toEqual([]);
}, 180_000);
