import { eventually, testRedis } from '@freshet/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { runRelay } from './relay.ts';
import type { LogRow, Outbox } from './row.ts';
import { lastEntry, streamKey } from './stream.ts';

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

test('what Redis didn’t take when it was numbered is put on the stream soon after, though nothing else happens', async () => {
  const redis = testRedis();
  const client = redis.client();
  const at = '2026-01-01T00:00:00.000Z';
  const row: LogRow = { first: 1, last: 1, type: 'alert', userId: null, at, items: [{}] };
  const numbered: LogRow[] = [];
  const outbox: Outbox = {
    withRelayLock: (work) => work(new AbortController().signal),
    lastNumber: async () => numbered.length,
    since: async (number) => numbered.filter(({ last }) => last > number),
    async numberNext() {
      if (numbered.length > 0) return [];
      numbered.push(row);
      // The one publication that fails.
      import.meta.jest.spyOn(client, 'eval').mockRejectedValueOnce(new Error('Command timed out'));
      return [row];
    },
  };
  const told: LogRow[] = [];
  const relay = runRelay({
    ...{ outbox, redis: client, subscriber: redis.client(), prefix: redis.prefix },
    onPublished: (rows) => void told.push(...rows),
  });
  await eventually(async () => expect((await lastEntry(client, streamKey(redis.prefix)))?.row).toEqual(row));
  await eventually(() => expect(relay.published).toBe(1));
  await eventually(() => expect(told).toEqual([row]));
  await relay.close();
  await redis.cleanup();
});
