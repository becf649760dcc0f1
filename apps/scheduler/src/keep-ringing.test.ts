import { createProducer, createSchedulers } from '@freshet/queue';
import { createLogger } from '@freshet/runtime';
import { ensureSchedules } from '@freshet/store';
import { testRedis, withDatabase } from '@freshet/testing';
import { keepRinging } from './keep-ringing.ts';

const { pool } = await withDatabase({ max: 2 });

test('a schedule with a bad zone stops no other from being rung for', async () => {
  const redis = testRedis();
  const producer = createProducer({ connection: redis.client(), prefix: redis.prefix });
  const schedulers = createSchedulers(producer);
  await ensureSchedules(pool, [
    { name: 'daily', spec: { kind: 'cron', pattern: '0 8 * * *', zone: 'Mars/Base' }, missed: 'run_once' },
    { name: 'live', spec: { kind: 'every', seconds: 30 }, missed: 'run_once' },
  ]);
  await keepRinging({ pool, schedulers, log: createLogger({ name: 'test', level: 'silent' }) });
  expect((await schedulers.listSchedulers()).map(({ name }) => name)).toEqual(['live']);
  await producer.close();
  await redis.cleanup();
});
