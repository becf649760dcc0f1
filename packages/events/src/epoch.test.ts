import { testRedis } from '@freshet/testing';
import { epochOf, nextEpoch, readEpoch, readFloor } from './epoch.ts';

test('the next epoch is later than every one that is known, whatever a clock says, and readers find it', async () => {
  const redis = testRedis();
  const [client, key] = [redis.client(), `${redis.prefix}:events`];
  const ahead = Date.now() + 60_000;
  const next = await nextEpoch(client, key, { known: ahead, lostEnd: true });
  expect(next).toBeGreaterThan(ahead);
  expect(await readEpoch(client, key)).toBe(next);
  expect(await nextEpoch(client, key, { known: 0, lostEnd: false })).toBeGreaterThan(next);
  // A log that can have given a hundred numbers a millisecond since 1970 gave none above; and they stay short enough for an id.
  expect(await readFloor(client, key)).toBe(100 * next);
  expect(String(100 * next)).toHaveLength(15);
  await client.set(`${key}:floor`, '9'.repeat(15));
  expect(await readFloor(client, key)).toBe(0);
  await redis.cleanup();
});

test('what lies far ahead is no epoch: every later one would look past beside it', () => {
  expect(epochOf(String(Date.now() + 7_200_000))).toBe(0);
  expect(epochOf('17')).toBe(17);
});
