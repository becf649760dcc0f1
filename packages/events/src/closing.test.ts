import { redisSubscriber } from '@freshet/runtime';
import { eventually, faultyProxy, type OwnServer, ownRedis } from '@freshet/testing';
import { createSubscriber } from './subscriber.ts';

let redis: OwnServer;
beforeAll(async () => {
  redis = await ownRedis();
});
afterAll(() => redis.remove());

test('a reader closes at once, also in the middle of a reconnect that comes to nothing', async () => {
  const line = await faultyProxy({ target: redis.url });
  const connection = redisSubscriber(line.url);
  const subscriber = createSubscriber({
    connection,
    prefix: '{closing}',
    history: { since: async () => [], lastNumber: async () => 0 },
  });
  await subscriber.start();
  await eventually(() => expect(connection.status).toBe('ready'));
  await line.refuse();
  // It takes connections when the line passes again, and answers none.
  redis.pause();
  line.pass();
  await eventually(() => expect(connection.status).toBe('connect'), { withinMs: 10_000 });
  await subscriber.close();
  redis.resume();
  await line.close();
});
