import { faultyProxy, testDatabase } from '@freshet/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { createOutbox } from './outbox.ts';
import { createPool } from '../database/pool.ts';

test('a relay whose line swallows everything loses its lock, and another has it within 15 s', async () => {
  const database = await testDatabase();
  const proxy = await faultyProxy({ target: database.url });
  const pool = createPool({ url: database.url, max: 1 });
  const stop = new AbortController();
  const hold = (url: string) => {
    let held = () => {};
    let lost = () => {};
    const told = {
      held: new Promise<void>((resolve) => (held = resolve)),
      lost: new Promise<void>((resolve) => (lost = resolve)),
      ended: Promise.resolve(),
    };
    told.ended = createOutbox(pool, url).withRelayLock(async (signal) => {
      held();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      lost();
    }, stop.signal);
    return told;
  };
  const one = hold(proxy.url);
  await one.held;
  const other = hold(database.url);
  // It is kept for as long as its line is good.
  expect(await Promise.race([other.held.then(() => 'taken'), sleep(12_000, 'kept')])).toBe('kept');
  proxy.blackhole();
  const late = sleep(15_000, 'late', { ref: false });
  expect(await Promise.race([Promise.all([one.lost, other.held]).then(() => 'taken'), late])).toBe('taken');
  stop.abort();
  proxy.pass();
  await Promise.all([one.ended, other.ended]);
  await proxy.close();
  await pool.end();
  await database.drop();
}, 60_000);
