import { createHints } from '@freshet/events';
import { consume, createProducer, discarded, done, type Outcome } from '@freshet/queue';
import { createLogger, redisSubscriber, redisWorker } from '@freshet/runtime';
import { acceptUnlimited, loadRefresh, newId } from '@freshet/store';
import { eventually, refreshToAccept, testRedis, withDatabase } from '@freshet/testing';
import { sweep, sweepDue } from './sweeper.ts';

const { pool } = await withDatabase({ max: 2 });
const redis = testRedis();
const client = redis.client();
const producer = createProducer({ connection: client, prefix: redis.prefix });

afterAll(async () => {
  await producer.close();
  await redis.cleanup();
});
beforeEach(() =>
  pool.query('truncate refreshes, refresh_items, wants, webhook_deliveries, webhook_endpoints, events cascade'),
);

const context = () => ({
  ...{ pool, producer, poke: () => {}, log: createLogger({ name: 'test', level: 'silent' }) },
  hints: createHints({ redis: client, prefix: redis.prefix }),
});

async function accepted(deadlineS: number): Promise<string> {
  const id = newId('refresh');
  await acceptUnlimited(pool, [refreshToAccept(id, { kind: 'prices', deadlineS })]);
  return id;
}

test('what is past its deadline is ended each second, and what has time left goes on', async () => {
  const [late, other] = [await accepted(600), await accepted(600)];
  await pool.query(`update refreshes set deadline_at = now() - interval '1 second' where id = $1`, [late]);
  await sweepDue(context());
  expect(await loadRefresh(pool, late)).toMatchObject({ status: 'timed_out' });
  expect(await loadRefresh(pool, other)).toMatchObject({ status: 'queued' });
});

test('a scheduler that stops begins no further step', async () => {
  const late = await accepted(600);
  await pool.query(`update refreshes set deadline_at = now() - interval '1 second' where id = $1`, [late]);
  await sweepDue({ ...context(), stopping: AbortSignal.abort() });
  expect(await loadRefresh(pool, late)).toMatchObject({ status: 'queued' });
});

/** An endpoint with so many deliveries that are due; their ids begin with its name. */
async function endpoint(
  name: string,
  { due, enabled = true, of = 'usr_1' }: { due: number; enabled?: boolean; of?: string },
): Promise<void> {
  await pool.query(`insert into users (id, name) values ($1, $1) on conflict do nothing`, [of]);
  await pool.query(
    `insert into webhook_endpoints (id, user_id, url, events, secret, enabled)
     values ($1, $3, 'https://a.example', '{data.anomaly}', 's', $2)`,
    [name, enabled, of],
  );
  await pool.query(
    `insert into webhook_deliveries (id, endpoint_id, event, message_id, payload, next_attempt_at)
     select $1 || n, $1, 'data.anomaly', 'msg_' || n, '{}', now() - make_interval(secs => $2 - n + 1)
     from generate_series(1, $2) n`,
    [name, due],
  );
}

const inQueue = async () => (await producer.queueStats()).find(({ queue }) => queue === 'deliver');

test('a delivery that is due is rung, once', async () => {
  await endpoint('once', { due: 1 });
  for (let turn = 0; turn < 2; turn++) await sweepDue(context());
  expect(await producer.missingDeliveries(['once1'])).toEqual([]);
  expect(await inQueue()).toMatchObject({ pending: 1 });
});

test('what waits for an endpoint that is off, or for one that takes nothing, holds up nobody else’s', async () => {
  await endpoint('off', { due: 1_200, enabled: false });
  await endpoint('stuck', { due: 1_200 });
  await endpoint('other', { due: 3 });
  await sweepDue(context());
  expect(await producer.missingDeliveries(['other1', 'other2', 'other3'])).toEqual([]);
  expect(await producer.missingDeliveries(['off1', 'stuck1'])).toEqual(['off1']);
  // The rest of the one that takes nothing comes when it has taken these.
  const { waiting = 0 } = (await inQueue()) ?? {};
  await sweepDue(context());
  expect(await inQueue()).toMatchObject({ waiting });
  expect(waiting).toBeLessThan(200);
});

test('however many endpoints a user has, no more of theirs than one’s share is in the queue, of each endpoint in turn', async () => {
  const before = (await inQueue())?.waiting ?? 0;
  for (let i = 0; i < 40; i++) await endpoint(`many${i}_`, { due: 10, of: 'usr_many' });
  await endpoint('few', { due: 3, of: 'usr_few' });
  await sweepDue(context());
  await sweepDue(context());
  expect((await inQueue())?.waiting).toBe(before + 50 + 3);
  expect(await producer.missingDeliveries(['few1', 'few2', 'few3', 'many0_1', 'many39_1'])).toEqual([]);
});

test('a delivery that waits for its next attempt is rung at once when it is sent anew before', async () => {
  await endpoint('anew', { due: 1 });
  await producer.ringDeliveries(['anew1'], 3_600_000);
  const before = await inQueue();
  await sweepDue(context());
  expect(await inQueue()).toMatchObject({
    waiting: (before?.waiting ?? 0) + 1,
    delayed: (before?.delayed ?? 0) - 1,
  });
});

test('a delivery that kills its workers is given up, but not one that somebody has sent again since', async () => {
  await endpoint('deadly', { due: 2 });
  await pool.query(`update webhook_deliveries set attempts = 3 where id = 'deadly1'`);
  const [connection, subscriber] = [redisWorker(redis.url), redisSubscriber(redis.url)];
  const poison = () => Promise.resolve(discarded(new Error('poison: 3 workers died in the middle of this job')));
  const work = consume('deliver', poison, { connection, subscriber, prefix: redis.prefix });
  await work.ready();
  await producer.ringDeliveries(['deadly1', 'deadly2']);
  await eventually(async () => expect((await producer.poisoned('deliver', ['deadly1', 'deadly2'])).size).toBe(2));
  await work.close(500);
  for (const each of [connection, subscriber]) each.disconnect();

  await sweepDue(context());
  const { rows } = await pool.query('select id, state, attempts from webhook_deliveries order by id');
  expect(rows).toEqual([
    { id: 'deadly1', state: 'failed', attempts: 3 },
    { id: 'deadly2', state: 'pending', attempts: 0 },
  ]);
  expect(await producer.missingDeliveries(['deadly1', 'deadly2'])).toEqual(['deadly1']);
});

test('a refresh that was accepted and never rung is rung by the sweep', async () => {
  const id = await accepted(600);
  await pool.query(`update refreshes set accepted_at = accepted_at - interval '1 minute' where id = $1`, [id]);
  expect(await producer.missingRefreshes([id])).toEqual([id]);
  await sweep(context());
  expect(await producer.missingRefreshes([id])).toEqual([]);
});

test('a poison plan fails its refresh, and its job rests where a person sees why', async () => {
  const id = await accepted(600);
  await pool.query(`update refreshes set accepted_at = accepted_at - interval '1 minute' where id = $1`, [id]);
  const [connection, subscriber] = [redisWorker(redis.url), redisSubscriber(redis.url)];
  const poison = () => Promise.resolve(discarded(new Error('poison: 3 workers died in the middle of this job')));
  const work = consume('refresh', poison, { connection, subscriber, prefix: redis.prefix });
  await work.ready();
  await producer.ringRefreshes([{ id, rank: 10 }]);
  await eventually(async () => expect((await producer.poisoned('refresh', [id])).size).toBe(1));
  await work.close(500);
  for (const each of [connection, subscriber]) each.disconnect();

  for (let turn = 0; turn < 2; turn++) await sweep(context());
  expect(await loadRefresh(pool, id)).toMatchObject({ status: 'failed', endReason: expect.stringContaining('poison') });
  expect((await producer.failedJobs({ limit: 10 })).map(({ jobId }) => jobId)).toContain(id);
});

/** Wants that a call has claimed, each named by the call, or that wait (null). */
async function wants(lane: string, calls: Record<string, string | null>): Promise<void> {
  for (const [symbol, call] of Object.entries(calls)) {
    await pool.query(
      `insert into wants (symbol, data, class, lane, rank, turn, owner, fresh_after, call_id, claimed_at)
       values ($1, 'quote', 'equity', $2, 20, 1, 'usr_1', now(), $3, now() - interval '1 minute')`,
      [symbol, lane, call],
    );
    await pool.query(
      `insert into refresh_items (refresh_id, subject, data, state) values ($1, $2, 'quote', 'waiting')`,
      [await accepted(600), symbol],
    );
  }
}

test('freed is what a call holds whose job is gone, and no other: neither of a lane’s calls nor of those made along with a plan', async () => {
  let call = '';
  let end: (outcome: Outcome) => void = () => {};
  const [connection, subscriber] = [redisWorker(redis.url), redisSubscriber(redis.url)];
  const hang = ({ id }: { id: string }) => {
    call = id;
    return new Promise<Outcome>((resolve) => {
      end = resolve;
    });
  };
  const work = consume('fetch-yahoo', hang, { connection, subscriber, prefix: redis.prefix });
  await work.ready();
  await producer.ringLane('yahoo', 1);
  await eventually(() => expect(call).not.toBe(''));
  const plans = [await accepted(600), await accepted(600)] as const;
  await producer.ringRefreshes([{ id: plans[0], rank: 20 }]);
  await wants('yahoo', { CALL: call, GONE: 'call-gone', PLAN: plans[0], LOST: plans[1] });
  await sweep(context());
  const { rows } = await pool.query<{ symbol: string }>('select symbol from wants where call_id is null order by 1');
  end(done);
  await work.close(500);
  for (const each of [connection, subscriber]) each.disconnect();
  expect(rows.map(({ symbol }) => symbol)).toEqual(['GONE', 'LOST']);
});

test('a lane in which something waits and that has no job is rung, once; what nobody waits for any more goes', async () => {
  await wants('finnhub', { A: null, B: null });
  for (let turn = 0; turn < 2; turn++) await sweep(context());
  expect((await producer.laneCounts()).finnhub).toMatchObject({ waiting: 2 });
  await pool.query(`update refresh_items set state = 'skipped' where subject = 'A'`);
  await sweep(context());
  expect((await pool.query('select symbol from wants')).rows).toEqual([{ symbol: 'B' }]);
});

test('calculations that nobody does are rung, and what waits behind a refresh that passed its deadline as well', async () => {
  const [calculates, late, behind] = [await accepted(600), await accepted(600), await accepted(600)];
  const isSo = (id: string, so: string) => pool.query(`update refreshes set ${so} where id = $1`, [id]);
  await isSo(calculates, `status = 'in_progress', calculates = true, changed_at = now() - interval '1 minute'`);
  await isSo(late, `status = 'in_progress', deadline_at = now() - interval '1 second'`);
  await pool.query(`update refreshes set identity = 'same' where id = any($1)`, [[late, behind]]);
  await sweep(context());
  expect(await producer.missingFollows([calculates])).toEqual([]);
  expect(await producer.missingRefreshes([behind])).toEqual([behind]);
  await sweepDue(context());
  expect(await producer.missingRefreshes([behind])).toEqual([]);
});
