import { redisSubscriber } from '@freshet/runtime';
import { eventually, type OwnServer, ownRedis } from '@freshet/testing';
import { createSubscriber } from './subscriber.ts';

let redis: OwnServer;
beforeAll(async () => {
  redis = await ownRedis();
});
afterAll(() => redis.remove());

test('a reader closes at once, also in the middle of a reconnect that comes to nothing', async () => {
  const connection = redisSubscriber(redis.url);
  const subscriber = createSubscriber({
    connection,
    prefix: '{closing}',
    history: { since: async () => [], lastNumber: async () => 0 },
  });
  await subscriber.start();
  await eventually(() => expect(connection.status).toBe('ready'));
  await redis.kill9();
  await redis.start();
  // It takes connections now, and answers none.
  redis.pause();
  await eventually(() => expect(connection.status).toBe('connect'), { withinMs: 10_000 });
  await subscriber.close();
  redis.resume();
});
