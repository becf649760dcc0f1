import { type Consumer, consume, discarded, done, failed, type Outcome } from '@freshet/queue';
import { redisSubscriber, redisWorker } from '@freshet/runtime';
import { eventually, testRedis } from '@freshet/testing';
import { startTestApi, type TestApi } from './api.fixture.ts';

/** What has been tried three times rests where a person sees why, and can be tried again. */
let api: TestApi;
let consumer: Consumer;
let outcome: () => Outcome;
let stop: () => Promise<void>;
let attempts = 0;

beforeAll(async () => {
  api = await startTestApi();
  const { url } = testRedis();
  const [connection, subscriber] = [redisWorker(url), redisSubscriber(url)];
  const work = async ({ log }: { log(line: string): Promise<void> }) => {
    attempts++;
    await log('its disk is full');
    return outcome();
  };
  consumer = consume('maintenance', work, { connection, subscriber, prefix: api.prefix });
  await consumer.ready();
  stop = async () => {
    await consumer.close(500);
    for (const client of [connection, subscriber]) client.disconnect();
  };
});
afterAll(async () => {
  await stop();
  await api.stop();
});

type Job = { id: string; queue: string; error: string; attempts: number; logs: string[] };
const resting = async () => (await api.ask<{ data: Job[] }>('support', 'GET /api/v1/failed')).body.data;
/** Rings the work as an operator does, and waits until it rests. */
async function rests(how: () => Outcome): Promise<Job> {
  outcome = how;
  await api.ask('admin', 'POST /api/v1/market-data/cleanup');
  return eventually(async () => {
    const [job] = await resting();
    if (!job) throw new Error('nothing rests yet');
    return job;
  });
}

test('a job that fails is tried three times and then rests, with its error and its log', async () => {
  const job = await rests(() => failed(new Error('no room left')));
  expect(attempts).toBe(3);
  expect(job).toMatchObject({ queue: 'maintenance', error: 'no room left', attempts: 3 });
  expect(job.logs.join()).toContain('its disk is full');
  const { body } = await api.ask<{ queue: { failed: number } }>('user', 'GET /api/v1/scheduler/status');
  expect(body.queue.failed).toBe(1);
});

test('an admin tries one again, and it is gone when it succeeds; what is not there is 404', async () => {
  const [job] = await resting();
  outcome = () => done;
  const retried = await api.ask('admin', `POST /api/v1/failed/${job?.id}/retry`);
  expect([retried.status, retried.body]).toEqual([202, { status: 'queued', id: job?.id }]);
  await eventually(async () => expect(await resting()).toEqual([]));
  expect((await api.ask('admin', 'POST /api/v1/failed/maintenance~none/retry')).status).toBe(404);
  const { body } = await api.ask<{ data: { subject: string }[] }>('support', 'GET /api/v1/audit?action=failed.retried');
  expect(body.data).toMatchObject([{ subject: job?.id }]);
});

/** Isn't even tried three times. */
const hopeless = () => discarded(new Error('nonsense'));

test('all are tried again, or thrown away', async () => {
  await rests(hopeless);
  outcome = () => done;
  expect((await api.ask('admin', 'POST /api/v1/failed/retry-all')).body).toMatchObject({ retried: 1 });
  await eventually(async () => expect(await resting()).toEqual([]));
  await rests(hopeless);
  expect((await api.ask('admin', 'DELETE /api/v1/failed')).body).toEqual({ removed: 1 });
  expect(await resting()).toEqual([]);
});
