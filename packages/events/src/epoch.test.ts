import { testRedis } from '@freshet/testing';
import { epochOf, nextEpoch, readEpoch } from './epoch.ts';

test('the next epoch is later than every one that is known, whatever a clock says, and readers find it', async () => {
  const redis = testRedis();
  const [client, key] = [redis.client(), `${redis.prefix}:events`];
  const ahead = Date.now() + 60_000;
  const next = await nextEpoch(client, key, ahead);
  expect(next).toBeGreaterThan(ahead);
  expect(await readEpoch(client, key)).toBe(next);
  expect(await nextEpoch(client, key, 0)).toBeGreaterThan(next);
  await redis.cleanup();
});

test('what lies far ahead is no epoch: every later one would look past beside it', () => {
  expect(epochOf(String(Date.now() + 7_200_000))).toBe(0);
  expect(epochOf('17')).toBe(17);
});
