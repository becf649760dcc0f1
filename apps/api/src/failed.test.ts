import type { Problem } from '@freshet/contracts';
import { type Consumer, consume, discarded, done, failed, type Outcome } from '@freshet/queue';
import { redisSubscriber, redisWorker } from '@freshet/runtime';
import { failUnplanned } from '@freshet/store';
import { eventually, testRedis } from '@freshet/testing';
import { GENEROUS, startTestApi, type TestApi } from './api.fixture.ts';

/** What has been tried three times rests where a person sees why, and can be tried again. */
let api: TestApi;
let consumer: Consumer;
let outcome: () => Outcome;
let stop: () => Promise<void>;
let attempts = 0;

beforeAll(async () => {
  api = await startTestApi({ limits: GENEROUS });
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

interface FailedPlan {
  refresh_id: string;
  job: string;
}

/** Refreshes whose plans fail at once, and they with them. */
async function plansThatFail(...bodies: object[]): Promise<FailedPlan[]> {
  const [connection, subscriber] = [redisWorker(testRedis().url), redisSubscriber(testRedis().url)];
  const work = consume('refresh', () => Promise.resolve(hopeless()), { connection, subscriber, prefix: api.prefix });
  await work.ready();
  const plans: FailedPlan[] = [];
  for (const body of bodies) {
    const { refresh_id } = (
      await api.ask<{ refresh_id: string }>('user', 'POST /api/v1/manual/refresh/prices', { body })
    ).body;
    const job = `refresh~${refresh_id}`;
    await eventually(async () => expect((await resting()).map(({ id }) => id)).toContain(job));
    await failUnplanned(api.api.pool, refresh_id, 'it could not be planned');
    plans.push({ refresh_id, job });
  }
  await work.close(500);
  for (const client of [connection, subscriber]) client.disconnect();
  return plans;
}

/** How the refreshes of one symbol stand, in their order. */
async function statusesOf(symbol: string): Promise<string[]> {
  const { rows } = await api.api.pool.query<{ status: string }>(
    'select status from refreshes where symbols = array[$1] order by accepted_at',
    [symbol],
  );
  return rows.map(({ status }) => status);
}

test('they are listed page by page, and a cursor that is none of ours is refused', async () => {
  const jobs = await plansThatFail({ symbols: ['NKE'] }, { symbols: ['MCD'] }, { symbols: ['DIS'] });
  type Page = { data: Job[]; next_cursor: string | null };
  const first = await api.ask<Page>('support', 'GET /api/v1/failed?limit=2');
  const cursor = first.body.next_cursor ?? '';
  expect(first.headers.get('link')).toBe(`</api/v1/failed?limit=2&cursor=${cursor}>; rel="next"`);
  const last = await api.ask<Page>('support', `GET /api/v1/failed?limit=2&cursor=${cursor}`);
  expect(last.body.next_cursor).toBeNull();
  const listed = [...first.body.data, ...last.body.data].map(({ id }) => id);
  expect(listed.toSorted()).toEqual(jobs.map(({ job }) => job).toSorted());

  for (const madeUp of ['garbage', '1~refresh~x', Buffer.from('[1,"refresh","x"]').toString('base64url')]) {
    const { status, body } = await api.ask<Problem>('support', `GET /api/v1/failed?cursor=${madeUp}`);
    expect([status, body.errors?.[0]?.parameter]).toEqual([422, 'cursor']);
  }
  await api.ask('admin', 'DELETE /api/v1/failed');
});

test('what belonged to a refresh that failed with its job is asked for anew, for the same user; what was cancelled isn’t', async () => {
  const [first, second] = (await plansThatFail(
    { symbols: ['AAPL'], mode: 'incremental' },
    { symbols: ['MSFT'] },
    { symbols: ['KO'] },
  )) as [FailedPlan, FailedPlan, FailedPlan];
  await api.api.pool.query(`update refreshes set status = 'cancelled' where id = $1`, [second.refresh_id]);

  const retry = () =>
    api.ask<{ refresh_id: string }>('admin', `POST /api/v1/failed/${first.job}/retry`, {
      headers: { 'idempotency-key': 'again-1' },
    });
  const again = await retry();
  expect((await retry()).body).toEqual(again.body);
  expect(again.body).toEqual({ status: 'queued', id: first.job, refresh_id: expect.stringMatching(/^ref_/) });
  expect(again.body.refresh_id).not.toBe(first.refresh_id);
  const { rows } = await api.api.pool.query(
    'select kind, mode, symbols, user_id, status from refreshes where id = any($1) order by accepted_at',
    [[first.refresh_id, again.body.refresh_id]],
  );
  const same = { kind: 'prices', mode: 'incremental', symbols: ['AAPL'], user_id: api.userId };
  expect(rows).toEqual([
    { ...same, status: 'failed' },
    { ...same, status: 'queued' },
  ]);
  const none = await api.ask('admin', `POST /api/v1/failed/${second.job}/retry`);
  expect(none.body).toEqual({ status: 'queued', id: second.job });

  expect((await api.ask('admin', 'POST /api/v1/failed/retry-all')).body).toMatchObject({ retried: 1 });
  expect(await statusesOf('KO')).toEqual(['failed', 'queued']);
});

test('retried from the board they are asked for anew as well', async () => {
  const [one] = (await plansThatFail({ symbols: ['PG'] }, { symbols: ['XOM'] }, { symbols: ['JNJ'] })) as [FailedPlan];
  const retry = `PUT /admin/queues/api/queues/refresh/${one.refresh_id}/retry`;
  expect((await api.ask('support', retry)).status).toBe(403);
  expect((await api.ask('admin', retry)).status).toBe(204);
  expect([await statusesOf('PG'), await statusesOf('XOM')]).toEqual([['failed', 'queued'], ['failed']]);
  const all = await api.ask<{ retried: number; skipped: number }>(
    'admin',
    'PUT /admin/queues/api/queues/refresh/retry/failed',
  );
  // With those that other stories have left there.
  expect([all.status, all.body.skipped, all.body.retried >= 2]).toEqual([200, 0, true]);
  for (const symbol of ['XOM', 'JNJ']) expect(await statusesOf(symbol)).toEqual(['failed', 'queued']);
  // A job that isn't there is the board's to answer.
  expect((await api.ask('admin', retry.replace('ref_', 'none_'))).status).toBe(404);
});

test('a delivery that was given up is begun anew, also when all are tried again', async () => {
  await api.api.pool.query(
    `insert into webhook_endpoints (id, user_id, url, events, secret) values ('whk_1', $1, 'https://a.example', '{}', 's')`,
    [api.userId],
  );
  await api.api.pool.query(
    `insert into webhook_deliveries (id, endpoint_id, event, message_id, payload, state, attempts)
     select 'dlv_' || n, 'whk_1', 'data.anomaly', 'm' || n, '{}', 'failed', 10 from generate_series(1, 2) n`,
  );
  const [connection, subscriber] = [redisWorker(testRedis().url), redisSubscriber(testRedis().url)];
  const work = consume('deliver', () => Promise.resolve(hopeless()), { connection, subscriber, prefix: api.prefix });
  await work.ready();
  await api.api.producer.ringDeliveries(['dlv_1', 'dlv_2']);
  const failed = async () => (await resting()).map(({ id }) => id).filter((id) => id.startsWith('deliver~'));
  await eventually(async () => expect((await failed()).sort()).toEqual(['deliver~dlv_1', 'deliver~dlv_2']));
  await work.close(500);
  for (const client of [connection, subscriber]) client.disconnect();

  const states = async () =>
    (await api.api.pool.query('select id, state, attempts from webhook_deliveries order by id')).rows;
  const anew = { state: 'pending', attempts: 0 };
  expect((await api.ask('admin', 'POST /api/v1/failed/deliver~dlv_1/retry')).status).toBe(202);
  expect(await states()).toMatchObject([anew, { state: 'failed' }]);
  expect((await api.ask('admin', 'POST /api/v1/failed/retry-all')).status).toBe(202);
  expect(await states()).toMatchObject([anew, anew]);
});
