import { eventually, faultyProxy, ownRedis, type OwnServer } from '@freshet/testing';
import { assertRedisPolicy, ConfigError, redisProducer, redisSubscriber, redisWorker, whenReady } from './index.ts';

let server: OwnServer;
beforeAll(async () => {
  server = await ownRedis();
});
afterAll(() => server.remove());

describe('redisProducer', () => {
  it('fails at once while Redis is away, and works again when it is back', async () => {
    const redis = redisProducer(server.url);
    await whenReady(redis, 5_000);
    await redis.set('a', '1');
    await server.kill9();
    await eventually(() => expect(redis.status).not.toBe('ready'));
    const asked = performance.now();
    await expect(redis.get('a')).rejects.toThrow();
    expect(performance.now() - asked).toBeLessThan(1_000);
    await server.start();
    // What was written before the crash is there: the append-only file survives kill -9.
    await eventually(async () => expect(await redis.get('a')).toBe('1'));
    redis.disconnect();
  });

  it('gives up on a Redis that hangs', async () => {
    const redis = redisProducer(server.url, { commandTimeout: 200 });
    await whenReady(redis, 5_000);
    server.pause();
    await expect(redis.get('a')).rejects.toThrow(/timed out/i);
    server.resume();
    await eventually(async () => expect(await redis.ping()).toBe('PONG'));
    redis.disconnect();
  });

  it('leaves a Redis that has become read-only once for each connection, however many answers say so', async () => {
    const admin = redisProducer(server.url);
    const first = redisProducer(server.url);
    const clients = [first, first.duplicate().on('error', () => {})];
    await Promise.all([admin, ...clients].map((client) => whenReady(client, 5_000)));
    const writeMuch = (client: typeof first) =>
      Promise.allSettled(Array.from({ length: 20 }, (_, i) => client.set(`c${i}`, '1')));
    await admin.call('replicaof', '127.0.0.1', '1');
    try {
      for (const client of clients) {
        // And again when it meets the same at its next connection.
        for (let connection = 1; connection <= 2; connection++) {
          await eventually(() => expect(client.status).toBe('ready'));
          const socket = client.stream;
          const listeners = socket.listenerCount('close');
          await writeMuch(client);
          expect(socket.listenerCount('close')).toBe(listeners + 1);
          await eventually(() => expect(client.stream).not.toBe(socket));
        }
      }
    } finally {
      await admin.call('replicaof', 'no', 'one');
    }
    for (const client of clients) await eventually(async () => expect(await client.set('c', '2')).toBe('OK'));
    for (const client of [admin, ...clients]) client.disconnect();
  });

  it('says so when there is no Redis at all', async () => {
    const redis = redisProducer('redis://127.0.0.1:1');
    await expect(whenReady(redis, 300)).rejects.toThrow('300 ms');
    redis.disconnect();
  });
});

describe('redisWorker', () => {
  it('comes back from a line that was cut without a word', async () => {
    const proxy = await faultyProxy({ target: server.url });
    const redis = redisWorker(proxy.url, { socketTimeout: 500 });
    await redis.set('b', '1');
    proxy.blackholeExisting();
    expect(await redis.get('b')).toBe('1');
    redis.disconnect();
    await proxy.close();
  });

  it('waits for a Redis that is restarted', async () => {
    const redis = redisWorker(server.url);
    await redis.ping();
    await server.stop();
    const answer = redis.get('a');
    await server.start();
    expect(await answer).toBe('1');
    redis.disconnect();
  });
});

describe('redisSubscriber', () => {
  it('hears again after its connection was reset', async () => {
    const proxy = await faultyProxy({ target: server.url });
    const heard: string[] = [];
    const subscriber = redisSubscriber(proxy.url);
    subscriber.on('message', (_, message) => heard.push(message));
    await subscriber.subscribe('news');
    proxy.resetAll();
    const publisher = redisProducer(server.url);
    await whenReady(publisher, 5_000);
    await eventually(async () => {
      await publisher.publish('news', 'hello');
      expect(heard).toContain('hello');
    });
    subscriber.disconnect();
    publisher.disconnect();
    await proxy.close();
  });
});

describe('assertRedisPolicy', () => {
  it('passes noeviction and refuses everything else with the exit code 78', async () => {
    const redis = redisWorker(server.url);
    await assertRedisPolicy(redis);
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await expect(assertRedisPolicy(redis)).rejects.toMatchObject({
      exitCode: 78,
      message: expect.stringContaining('noeviction'),
    });
    await redis.config('SET', 'maxmemory-policy', 'noeviction');
    redis.disconnect();
  });

  it('refuses a database that the server does not have, where ioredis goes on with number 0', async () => {
    const [there, missing] = [redisWorker(`${server.url}/15`), redisWorker(`${server.url}/99`)];
    await assertRedisPolicy(there);
    await expect(assertRedisPolicy(missing)).rejects.toMatchObject({
      exitCode: 78,
      message: expect.stringContaining('no database 99'),
    });
    for (const redis of [there, missing]) redis.disconnect();
  });

  it('takes a Redis that is away for one to wait for, not for one that lacks the database', async () => {
    const away = redisProducer('redis://127.0.0.1:1/3');
    const refused = assertRedisPolicy(away);
    await expect(refused).rejects.toThrow();
    await expect(refused).rejects.not.toBeInstanceOf(ConfigError);
    away.disconnect();
  });
});
