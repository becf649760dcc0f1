import { setTimeout as sleep } from 'node:timers/promises';
import { testRedis } from '@freshet/testing';
import { createSessions } from './sessions.ts';

const server = testRedis();
const redis = server.client();
let number = 0;
afterAll(() => server.cleanup());

const toy = { provider: 'toy', keyHash: 'k' };
const waits = () => Promise.resolve();

function subject() {
  const prefix = `${server.prefix}:${number++}:`;
  const key = `${prefix}session:toy:k`;
  const put = (crumb: string) => redis.set(key, JSON.stringify({ crumb }));
  let handshakes = 0;
  const handshake = async () => ({ crumb: `own-${++handshakes}` });
  return { sessions: createSessions({ redis, prefix }), key, put, handshake };
}

test('what somebody else has brought since it was looked for is taken, rather than made again', async () => {
  const { sessions, put, handshake } = subject();
  sessions.foresee(toy);
  await put('theirs');
  expect(await sessions.get(toy, 60_000, { handshake, waits })).toEqual({ crumb: 'theirs' });
});

test('what was read beforehand is good for a moment only', async () => {
  const { sessions, put, handshake } = subject();
  await put('old');
  sessions.foresee(toy);
  await put('new');
  await sleep(260);
  expect(await sessions.get(toy, 60_000, { handshake, waits })).toEqual({ crumb: 'new' });
});

test('it is kept for as long as it is good', async () => {
  const { sessions, key, handshake } = subject();
  await sessions.get(toy, 60_000, { handshake, waits });
  const leftMs = await redis.pttl(key);
  expect(leftMs).toBeGreaterThan(0);
  expect(leftMs).toBeLessThanOrEqual(60_000);
});

test('whoever shakes hands for too long does not let go the lock that somebody else has by then', async () => {
  const { sessions, key } = subject();
  const handshake = async () => {
    await redis.set(`${key}:lock`, 'theirs');
    return { crumb: 'late' };
  };
  await sessions.get(toy, 60_000, { handshake, waits });
  expect(await redis.get(`${key}:lock`)).toBe('theirs');
});
