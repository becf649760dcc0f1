import { createProducer, createSchedulers } from '@freshet/queue';
import { createLogger } from '@freshet/runtime';
import { ensureSchedules } from '@freshet/store';
import { testRedis, withDatabase } from '@freshet/testing';
import { keepRinging } from './keep-ringing.ts';

const { pool } = await withDatabase({ max: 2 });

test('each schedule is rung for by its own times, and one with a bad zone stops no other', async () => {
  const redis = testRedis();
  const producer = createProducer({ connection: redis.client(), prefix: redis.prefix });
  const schedulers = createSchedulers(producer);
  const cron = (pattern: string, zone: string) => ({ kind: 'cron', pattern, zone });
  await ensureSchedules(
    pool,
    Object.entries({
      close: { kind: 'after_close', minutes: 20, exchanges: ['XNYS'] },
      daily: cron('0 8 * * *', 'Mars/Base'),
      hourly: cron('0 * * * *', 'America/New_York'),
      live: { kind: 'every', seconds: 30 },
    }).map(([name, spec]) => ({ name, spec, missed: 'run_once' })),
  );
  await keepRinging({ pool, schedulers, log: createLogger({ name: 'test', level: 'silent' }) });
  const kept = (await schedulers.listSchedulers()).map(({ name, cadence }) => [name, cadence] as const);
  expect(Object.fromEntries(kept)).toEqual({
    close: { everyMs: 60_000 },
    hourly: { cron: '0 * * * *', zone: 'America/New_York' },
    live: { everyMs: 30_000 },
  });
  await producer.close();
  await redis.cleanup();
});
