import { eventually } from '@freshet/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { postRefresh, stopSchedules } from './client.ts';
import { arrivalsAt, mostIn, onlyProviders } from './simulator-log.ts';
import { startSystem, type System } from './system.ts';

/**
 * The promise that no provider's limit is ever exceeded, by the whole pipeline in real processes; the simulator's log is the judge. The windows
 * are so small that a machine with other work comes to the edge of them too.
 */
const WINDOWS = [
  { limit: 6, perSeconds: 2 },
  { limit: 10, perSeconds: 5 },
];

let system: System;

beforeAll(async () => {
  const limits = WINDOWS.map(({ limit, perSeconds }) => `${limit}/${perSeconds}s`).join(',');
  system = await startSystem({
    workers: 3,
    durable: false,
    simulator: ['--latency', '20-200', '--limits', `finnhub=${limits}`],
    env: { ...onlyProviders('FINNHUB'), FINNHUB_LIMITS: limits },
  });
  // Their calls would be among those that are counted, and before those whose end is estimated.
  await stopSchedules(system);
}, 180_000);
afterAll(() => system?.stop(), 60_000);

async function calls(): Promise<number> {
  return (await arrivalsAt(system.simulator, 'finnhub')).length;
}

/** Waits until so many more calls have arrived. */
async function more(count: number): Promise<void> {
  const before = await calls();
  await eventually(async () => expect((await calls()) - before).toBeGreaterThanOrEqual(count), { withinMs: 60_000 });
}

test('three workers, one killed in the middle of its calls, and a wiped Redis never exceed a window', async () => {
  const symbols = Array.from({ length: 80 }, (_, i) => `SYM${10_000 + i}`);
  await postRefresh(system, '/api/v1/manual/refresh/prices', { symbols, max_age_s: 0 });
  await more(15);
  await system.workers.shift()?.kill9();
  await Promise.all([system.addWorker(), more(15)]);
  await system.redis.wipe();
  await more(20);

  const arrivals = (await arrivalsAt(system.simulator, 'finnhub')).map(({ atMs }) => ({ atMs, cost: 1 }));
  for (const { limit, perSeconds } of WINDOWS) {
    const most = mostIn(arrivals, perSeconds * 1_000);
    expect(most).toBeLessThanOrEqual(limit);
    // It did come to the edge: otherwise it would say nothing.
    expect(most).toBeGreaterThanOrEqual(limit * 0.9);
  }
  const response = await fetch(`${system.simulator}/_simulator/summary`);
  const { providers } = (await response.json()) as { providers: { provider: string; over_limit: number }[] };
  expect(providers).toMatchObject([{ provider: 'finnhub', over_limit: 0 }]);
}, 240_000);

// It comes behind what is left of the refresh before it.
test('when it will have ended is told within half of what it takes, from a quarter of the way on', async () => {
  const symbols = Array.from({ length: 50 }, (_, i) => `SYM${20_000 + i}`);
  const beganMs = Date.now();
  const { refresh_id } = await postRefresh(system, '/api/v1/manual/refresh/prices', { symbols, max_age_s: 0 });
  const told: { atMs: number; endsMs: number }[] = [];
  const headers = { authorization: `Bearer ${system.keys.system}` };
  for (;;) {
    const response = await fetch(`${system.api}/api/v1/refreshes/${refresh_id}`, { headers });
    const view = (await response.json()) as { status: string; estimated_completion?: string | null };
    if (!['queued', 'in_progress'].includes(view.status)) break;
    if (view.estimated_completion)
      told.push({ atMs: Date.now() - beganMs, endsMs: Date.parse(view.estimated_completion) - beganMs });
    await sleep(50);
  }
  const tookMs = Date.now() - beganMs;
  const judged = told.filter(({ atMs }) => atMs >= tookMs / 4);
  expect(judged.length).toBeGreaterThan(10);
  expect(Math.max(...judged.map(({ endsMs }) => Math.abs(endsMs - tookMs) / tookMs))).toBeLessThanOrEqual(0.5);
}, 180_000);
