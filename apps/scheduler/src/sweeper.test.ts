import { createHints } from '@freshet/events';
import { createProducer, type Producer } from '@freshet/queue';
import { createLogger } from '@freshet/runtime';
import { acceptUnlimited, createPool, loadRefresh, newId, type Pool } from '@freshet/store';
import { testDatabase, testRedis } from '@freshet/testing';
import { sweep, sweepDue } from './sweeper.ts';

let pool: Pool;
let redis: ReturnType<typeof testRedis>;
let client: ReturnType<typeof redis.client>;
let producer: Producer;
let close: () => Promise<void>;

beforeAll(async () => {
  const database = await testDatabase();
  pool = createPool({ url: database.url, max: 2 });
  redis = testRedis();
  client = redis.client();
  producer = createProducer({ connection: client, prefix: redis.prefix });
  close = async () => {
    await producer.close();
    await redis.cleanup();
    await pool.end();
    await database.drop();
  };
});
afterAll(() => close());
beforeEach(() =>
  pool.query('truncate refreshes, refresh_items, webhook_deliveries, webhook_endpoints, events cascade'),
);

const context = () => ({
  ...{ pool, producer, poke: () => {}, log: createLogger({ name: 'test', level: 'silent' }) },
  hints: createHints({ redis: client, prefix: redis.prefix }),
});

async function accepted(deadlineS: number): Promise<string> {
  const id = newId('refresh');
  const nobody = { keyId: null, userId: null, reason: null, requestId: null, remoteAddress: null };
  await acceptUnlimited(pool, [
    {
      ...{ id, identity: id, scope: id, kind: 'prices', mode: 'smart', target: {}, symbols: null, maxAgeS: null },
      ...{ rank: 20, source: 'manual', role: 'system', deadlineS, traceparent: null, estimate: null },
      ...{ ...nobody, callbackEndpoint: null },
    },
  ]);
  return id;
}

test('what is past its deadline is ended each second, and what has time left goes on', async () => {
  const [late, other] = [await accepted(600), await accepted(600)];
  await pool.query(`update refreshes set deadline_at = now() - interval '1 second' where id = $1`, [late]);
  await sweepDue(context());
  expect(await loadRefresh(pool, late)).toMatchObject({ status: 'timed_out' });
  expect(await loadRefresh(pool, other)).toMatchObject({ status: 'queued' });
});

test('a delivery that is due is rung, once', async () => {
  await pool.query(`insert into users (id, name) values ('usr_1', 'One') on conflict do nothing`);
  await pool.query(
    `insert into webhook_endpoints (id, user_id, url, events, secret) values ('whk_1', 'usr_1', 'https://a.example', '{data.anomaly}', 's')`,
  );
  await pool.query(
    `insert into webhook_deliveries (id, endpoint_id, event, message_id, payload) values ('del_1', 'whk_1', 'data.anomaly', 'msg_1', '{}')`,
  );
  for (let turn = 0; turn < 2; turn++) await sweepDue(context());
  expect(await producer.missingDeliveries(['del_1'])).toEqual([]);
  expect((await producer.queueStats()).find(({ queue }) => queue === 'deliver')).toMatchObject({ pending: 1 });
});

test('a refresh that was accepted and never rung is rung by the sweep', async () => {
  const id = await accepted(600);
  await pool.query(`update refreshes set accepted_at = accepted_at - interval '1 minute' where id = $1`, [id]);
  expect(await producer.missingRefreshes([id])).toEqual([id]);
  await sweep(context());
  expect(await producer.missingRefreshes([id])).toEqual([]);
});
