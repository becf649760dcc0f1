import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, type RedisPair, redisPair } from '@freshet/testing';
import pg from 'pg';
import { refreshPrices, stopSchedules, untilEnd } from '../client.ts';
import { startSystem, type System } from '../system.ts';
import { effectsOf } from './effects.ts';

/** A Redis behind Sentinel dies for good, in the middle of everything, and its replica takes over: nobody lends a hand. */
let pair: RedisPair;
let system: System;
let db: pg.Pool;

beforeAll(async () => {
  pair = await redisPair();
  system = await startSystem({
    workers: 2,
    simulator: ['--no-limits', '--latency', String(CALL_MS)],
    env: { REDIS_URL: pair.url, YAHOO_LIMITS: '100/s' },
  });
  db = new pg.Pool({ connectionString: system.databaseUrl, max: 2 });
  db.on('error', () => {});
  await stopSchedules(system);
  await db.query('truncate financial_time_series, latest_quotes');
  // The first call shakes hands.
  await untilEnd(system, (await start(['AAPL'])).refresh_id);
}, 180_000);
afterAll(async () => {
  await db?.end();
  await system?.stop();
  await pair?.remove();
}, 60_000);

const CALL_MS = 1_500;
/** What the replica may not have heard of is waited out: one length of the window, and a second. */
const WAITED_OUT_MS = 2_000;

const start = (symbols: string[]) => refreshPrices(system, symbols);

/** Whose prices a client is told of, from now on. */
async function listen(): Promise<{ heard: Set<string>; leave(): void }> {
  const leaving = new AbortController();
  const response = await fetch(`${system.api}/events/price-updates`, {
    headers: { authorization: `Bearer ${system.keys.admin}` },
    signal: leaving.signal,
  });
  const heard = new Set<string>();
  const read = async () => {
    let text = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      for (const [, symbol] of text.matchAll(/"symbol":"([^"]+)"/g)) if (symbol) heard.add(symbol);
    }
  };
  read().catch(() => {});
  return { heard, leave: () => leaving.abort() };
}

test('what is running, and what is asked for meanwhile, ends once, and soon after the replica took over', async () => {
  const client = await listen();
  const running = await start(['KO', 'PEP']);
  await sleep(500);
  await pair.first.kill9();
  const meanwhile = await Promise.all([start(['MCD']), start(['NKE', 'DIS'])]);
  await eventually(async () => expect(await pair.masterPort()).toBe(pair.second.port), { withinMs: 60_000 });
  const promotedAt = performance.now();
  const later = await start(['SBUX']);
  for (const { refresh_id } of [running, ...meanwhile, later]) {
    const ended = await untilEnd(system, refresh_id, { everyMs: 50, withinMs: 60_000 });
    expect(ended.status).toBe('success');
  }
  expect(performance.now() - promotedAt).toBeLessThan(10_000 + WAITED_OUT_MS + CALL_MS);
  expect(await effectsOf(db, running.refresh_id)).toEqual({ items: 2, quotes: 2, ends: 1 });
  expect(await effectsOf(db, meanwhile[0].refresh_id)).toEqual({ items: 1, quotes: 1, ends: 1 });
  expect(await effectsOf(db, meanwhile[1].refresh_id)).toEqual({ items: 2, quotes: 2, ends: 1 });
  expect(await effectsOf(db, later.refresh_id)).toEqual({ items: 1, quotes: 1, ends: 1 });
  // Whoever listened before goes on listening, and has missed nothing.
  const told = ['DIS', 'KO', 'MCD', 'NKE', 'PEP', 'SBUX'];
  await eventually(() => expect([...client.heard]).toEqual(expect.arrayContaining(told)), { withinMs: 60_000 });
  client.leave();
}, 240_000);
