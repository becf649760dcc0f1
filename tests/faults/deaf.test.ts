import { eventually } from '@freshet/testing';
import { Redis } from 'ioredis';
import { postRefresh, untilEnd } from '../client.ts';
import { onlyProviders } from '../simulator-log.ts';
import { startSystem, type System } from '../system.ts';

/** A worker that stands beside its queues and gets nothing of them, whatever the reason: here Redis refuses it BullMQ's scripts. */
let system: System;
let admin: Redis;

beforeAll(async () => {
  system = await startSystem({ workers: 0, scheduler: false, durable: false, env: onlyProviders('YAHOO') });
  admin = new Redis(system.redisUrl);
}, 180_000);
afterAll(async () => {
  admin?.disconnect();
  await system?.stop();
}, 60_000);

const refresh = async (symbol: string) =>
  (await postRefresh(system, '/api/v1/manual/refresh/prices', { symbols: [symbol] })).refresh_id;

test('a worker that gets no more jobs ends, to be started again, and whoever comes after it takes them', async () => {
  await admin.acl('SETUSER', 'worker', 'on', '>word', '~*', '&*', '+@all');
  const address = new URL(system.redisUrl);
  [address.username, address.password] = ['worker', 'word'];
  const worker = await system.addWorker({ REDIS_URL: address.href });
  expect(await untilEnd(system, await refresh('AAPL'))).toMatchObject({ status: 'success' });
  await admin.acl('SETUSER', 'worker', '-evalsha');
  const waiting = await refresh('MSFT');
  await eventually(() => expect(worker.stderr()).toContain('wait beside a free worker'), { withinMs: 60_000 });
  expect(await worker.ended).toEqual({ code: 75, signal: null });
  system.workers.splice(0);
  await system.addWorker();
  expect(await untilEnd(system, waiting)).toMatchObject({ status: 'success' });
}, 180_000);
