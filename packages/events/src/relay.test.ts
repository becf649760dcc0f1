import { testRedis } from '@freshet/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { runRelay } from './relay.ts';
import type { Outbox } from './row.ts';

test('a database that can be read and takes no numbers is told once, however often it is tried', async () => {
  const redis = testRedis();
  let tried = 0;
  const readOnly: Outbox = {
    withRelayLock: (work) => work(new AbortController().signal),
    lastNumber: async () => 0,
    since: async () => [],
    numberNext: async () => {
      tried++;
      throw Object.assign(new Error('cannot execute UPDATE in a read-only transaction'), { code: '25006' });
    },
  };
  const lines: string[] = [];
  const log = { info: () => {}, warn: (_: object, text: string) => void lines.push(text) } as never;
  const relay = runRelay({
    outbox: readOnly,
    redis: redis.client(),
    subscriber: redis.client(),
    prefix: redis.prefix,
    log,
  });
  while (tried < 4) await sleep(20);
  await relay.close();
  expect(lines).toEqual(['the event relay is held up']);
  await redis.cleanup();
});
