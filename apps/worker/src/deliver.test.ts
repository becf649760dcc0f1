import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Actor, claimDelivery, createEndpoint, createPool, replayDelivery, waitingDelivery } from '@freshet/store';
import { createProducer } from '@freshet/queue';
import { createLogger, redisProducer, redisSubscriber, redisWorker } from '@freshet/runtime';
import { eventually, faultyProxy, testRedis, withDatabase } from '@freshet/testing';
import { consumeQueues } from './consume.ts';
import { createDeliver } from './deliver.ts';

/** What a receiver answers, one after the other, and what happens while it is asked; and the message ids that it saw. */
let answers: { status: number; headers?: Record<string, string>; meanwhile?: () => Promise<unknown> }[];
let seen: unknown[];
let bodies: string[];
let receiver: Server;
let url: string;
let endpoint: string;
let actor: Actor;

const { pool, url: databaseUrl } = await withDatabase({ max: 4 });
beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    seen.push(request.headers['webhook-id']);
    const { status, headers, meanwhile } = answers.shift() ?? { status: 200 };
    bodies.push(await text(request));
    await meanwhile?.();
    response.writeHead(status, headers).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  await pool.query(`insert into users (id, name) values ('usr_1', 'One')`);
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  actor = {
    keyId: 'key_1',
    userId: 'usr_1',
    role: 'user',
    requestId: 'req-1',
    remoteAddress: '127.0.0.1',
  };
  const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
  ({ id: endpoint } = await createEndpoint(pool, { userId: 'usr_1', url, events: ['data.anomaly'], secret }, actor));
});
afterAll(() => {
  receiver.closeAllConnections();
  receiver.close();
});
beforeEach(() => {
  seen = [];
  bodies = [];
});

async function waiting(id: string): Promise<string> {
  await pool.query(
    `insert into webhook_deliveries (id, endpoint_id, event, message_id, payload) values ($1, $2, 'data.anomaly', $1, '{}')`,
    [id, endpoint],
  );
  return id;
}

async function rowOf(id: string) {
  const { rows } = await pool.query<{ state: string; attempts: number; last_status: number; in_s: number }>(
    `select state, attempts, last_status, extract(epoch from next_attempt_at - now())::float8 as in_s
     from webhook_deliveries where id = $1`,
    [id],
  );
  return rows[0];
}

async function dueAt(id: string): Promise<string> {
  const { rows } = await pool.query('select next_attempt_at::text as at from webhook_deliveries where id = $1', [id]);
  return rows[0].at;
}

const attempt = (id: string) => createDeliver(pool, { allowPrivate: true })(id);
const makeDue = (id: string) => pool.query('update webhook_deliveries set next_attempt_at = now() where id = $1', [id]);

test('a delivery that fails is noted, and tried again after a while with the same id, until it is taken', async () => {
  const id = await waiting('dlv_again');
  answers = [{ status: 500 }, { status: 503 }, { status: 204 }];
  const first = await attempt(id);
  expect(first).toMatchObject({ kind: 'snoozed' });
  const held = await rowOf(id);
  expect(held).toMatchObject({ state: 'pending', attempts: 1, last_status: 500 });
  // The jitter makes it anything between 4 and 5 s, never a whole number of them.
  expect(held?.in_s).toBeGreaterThan(3);
  expect(held?.in_s).toBeLessThanOrEqual(5);
  // Not due yet: nobody is called.
  expect(await attempt(id)).toMatchObject({ kind: 'snoozed' });
  expect(seen).toHaveLength(1);

  await makeDue(id);
  expect(await attempt(id)).toMatchObject({ kind: 'snoozed' });
  await makeDue(id);
  expect(await attempt(id)).toEqual({ kind: 'done' });
  expect(await rowOf(id)).toMatchObject({ state: 'delivered', attempts: 3, last_status: 204 });
  expect(new Set(seen)).toEqual(new Set([id]));
});

test('a receiver says when it wants to be called again', async () => {
  const id = await waiting('dlv_later');
  answers = [{ status: 429, headers: { 'retry-after': '90' } }];
  expect(await attempt(id)).toEqual({ kind: 'snoozed', forMs: 90_000 });
  expect((await rowOf(id))?.in_s).toBeGreaterThan(80);
});

test('a delivery that failed for a day is given up, and the log says with what', async () => {
  const id = await waiting('dlv_day');
  await pool.query('update webhook_deliveries set attempts = 9 where id = $1', [id]);
  answers = [{ status: 500 }];
  expect(await attempt(id)).toMatchObject({ kind: 'discarded' });
  expect(await rowOf(id)).toMatchObject({ state: 'failed', attempts: 10, last_status: 500 });
});

test('a receiver that asks for more time each time is not waited for longer than a day, from when it was sent again too', async () => {
  const id = await waiting('dlv_stretched');
  const asks = { status: 503, headers: { 'retry-after': '36000' } };
  await pool.query(
    `update webhook_deliveries set created_at = now() - interval '20 hours', attempts = 2 where id = $1`,
    [id],
  );
  answers = [asks, asks, asks];
  expect(await attempt(id)).toMatchObject({ kind: 'snoozed' });
  const last = await rowOf(id);
  expect(last?.in_s).toBeGreaterThan(3.9 * 3_600);
  expect(last?.in_s).toBeLessThan(4 * 3_600);
  await pool.query(`update webhook_deliveries set created_at = now() - interval '24 hours' where id = $1`, [id]);
  await makeDue(id);
  expect(await attempt(id)).toMatchObject({ kind: 'discarded' });
  expect(await rowOf(id)).toMatchObject({ state: 'failed', attempts: 4, last_status: 503 });

  // Somebody has mended the receiver, and asks for the day once more.
  await replayDelivery(pool, id, 'usr_1', actor);
  expect(await attempt(id)).toEqual({ kind: 'snoozed', forMs: 36_000_000 });
});

test('sent once more it is the same message: what happened did so when it did', async () => {
  const id = await waiting('dlv_replayed');
  await pool.query(`update webhook_deliveries set created_at = now() - interval '2 days' where id = $1`, [id]);
  answers = [];
  await attempt(id);
  expect(await replayDelivery(pool, id, 'usr_1', actor)).toMatchObject({ state: 'pending', attempts: 0 });
  await attempt(id);
  expect(bodies).toHaveLength(2);
  expect(bodies[1]).toBe(bodies[0]);
});

test('nothing is sent by an attempt that can’t be written down', async () => {
  const id = await waiting('dlv_unwritable');
  const readOnly = createPool({ url: databaseUrl, max: 1 });
  await readOnly.query('set default_transaction_read_only = on');
  await expect(createDeliver(readOnly, { allowPrivate: true })(id)).rejects.toMatchObject({ code: '25006' });
  await readOnly.end();
  expect(seen).toEqual([]);
  answers = [];
  expect(await attempt(id)).toEqual({ kind: 'done' });
  expect(await rowOf(id)).toMatchObject({ state: 'delivered', attempts: 1 });
});

test('what was taken while Postgres was away is noted when it is back, and not sent again', async () => {
  const id = await waiting('dlv_away');
  const line = await faultyProxy({ target: databaseUrl });
  const behind = createPool({ url: line.url, max: 1 });
  const away = async () => {
    await line.refuse();
    setTimeout(() => line.pass(), 500);
  };
  answers = [{ status: 200, meanwhile: away }];
  expect(await createDeliver(behind, { allowPrivate: true })(id)).toEqual({ kind: 'done' });
  expect(await rowOf(id)).toMatchObject({ state: 'delivered', attempts: 1, last_status: 200 });
  expect(seen).toEqual([id]);
  await behind.end();
  await line.close();
});

test('an attempt whose worker died counts, and another comes as soon as it can no longer be on its way', async () => {
  const id = await waiting('dlv_killed');
  // Its worker dies: nobody writes down how it ends.
  const killed = { status: 200, meanwhile: () => new Promise(() => {}) };
  answers = [killed];
  void attempt(id).catch(() => {});
  await eventually(() => expect(seen).toEqual([id]));
  // Late in the schedule as well: the receiver has done nothing to be waited for.
  await pool.query('update webhook_deliveries set attempts = 8, next_attempt_at = now() where id = $1', [id]);
  answers = [killed];
  void attempt(id).catch(() => {});
  await eventually(() => expect(seen).toEqual([id, id]));
  const row = await rowOf(id);
  expect(row).toMatchObject({ state: 'pending', attempts: 9 });
  expect(row?.in_s).toBeLessThanOrEqual(10);
  // The queue gives the job to another worker, before the time.
  expect(await attempt(id)).toMatchObject({ kind: 'snoozed' });
  await makeDue(id);
  answers = [];
  expect(await attempt(id)).toEqual({ kind: 'done' });
  expect(await rowOf(id)).toMatchObject({ state: 'delivered', attempts: 10 });
});

test('a last attempt whose worker died is made once more; one that always ends so has an end', async () => {
  const id = await waiting('dlv_killed_last');
  const begin = async () => {
    const turn = await waitingDelivery(pool, id);
    await (turn && claimDelivery(pool, turn, 0));
  };
  for (let times = 0; times < 10; times++) await begin();
  answers = [];
  expect(await attempt(id)).toEqual({ kind: 'done' });
  expect(await rowOf(id)).toMatchObject({ state: 'delivered', attempts: 11 });

  await replayDelivery(pool, id, 'usr_1', actor);
  for (let times = 0; times < 11; times++) await begin();
  expect(await attempt(id)).toMatchObject({ kind: 'discarded' });
  expect(await rowOf(id)).toMatchObject({ state: 'failed', attempts: 11 });
  expect(seen).toEqual([id]);
});

test('what can’t be read to be sent spends no attempt', async () => {
  const id = await waiting('dlv_unreadable');
  await pool.query(`update webhook_deliveries set payload = '{"refresh_id": "ref_gone"}' where id = $1`, [id]);
  await pool.query('alter table refreshes rename to refreshes_away');
  await expect(attempt(id)).rejects.toMatchObject({ code: '42P01' });
  await pool.query('alter table refreshes_away rename to refreshes');
  expect(await rowOf(id)).toMatchObject({ state: 'pending', attempts: 0 });
  answers = [];
  expect(await attempt(id)).toEqual({ kind: 'done' });
  expect(await rowOf(id)).toMatchObject({ state: 'delivered', attempts: 1 });
});

test('a place is handed on as an attempt returns: a user’s burst is delivered by the jobs that brought it', async () => {
  const ids = await Promise.all(Array.from({ length: 30 }, (_, n) => waiting(`dlv_burst${n}`)));
  let held = 0;
  let most = 0;
  const full = Promise.withResolvers<void>();
  const meanwhile = async () => {
    most = Math.max(most, ++held);
    if (held === 10) full.resolve();
    await full.promise;
    held--;
  };
  answers = ids.map(() => ({ status: 200, meanwhile }));
  const deliver = createDeliver(pool, { allowPrivate: true, inLineMs: 60_000 });
  const outcomes = await Promise.all(ids.map((id) => deliver(id)));
  expect(outcomes).toEqual(ids.map(() => ({ kind: 'done' })));
  expect(new Set(seen)).toEqual(new Set(ids));
  expect(most).toBe(10);
});

test('two that come for one delivery at once send it once', async () => {
  const id = await waiting('dlv_twice');
  answers = [];
  await Promise.all([attempt(id), attempt(id)]);
  expect(seen).toEqual([id]);
});

test('what is sent again while its last attempt is on its way goes on, whatever becomes of that', async () => {
  const id = await waiting('dlv_overtaken');
  await pool.query('update webhook_deliveries set attempts = 9 where id = $1', [id]);
  const meanwhile = () => replayDelivery(pool, id, 'usr_1', actor);
  answers = [
    { status: 500, meanwhile },
    { status: 500, meanwhile },
  ];
  for (let times = 0; times < 2; times++) {
    expect(await attempt(id)).toEqual({ kind: 'done' });
    const row = await rowOf(id);
    expect(row).toMatchObject({ state: 'pending', attempts: 0 });
    expect(row?.in_s).toBeLessThanOrEqual(0);
  }
  // One that is taken is taken.
  answers = [{ status: 200, meanwhile }];
  expect(await attempt(id)).toEqual({ kind: 'done' });
  expect(await rowOf(id)).toMatchObject({ state: 'delivered', attempts: 1 });
});

test('what an address says that its endpoint has no more ends nothing: the next attempt goes to the new one', async () => {
  const move = (to: string) => pool.query('update webhook_endpoints set url = $2 where id = $1', [endpoint, to]);
  const gone = await waiting('dlv_moved');
  answers = [{ status: 410, meanwhile: () => move(`${url}/new`) }];
  expect(await attempt(gone)).toMatchObject({ kind: 'snoozed' });
  expect(await rowOf(gone)).toMatchObject({ state: 'pending', attempts: 1, last_status: 410 });
  const { rows } = await pool.query('select enabled, url from webhook_endpoints where id = $1', [endpoint]);
  expect(rows).toEqual([{ enabled: true, url: `${url}/new` }]);
  await makeDue(gone);
  expect(await attempt(gone)).toEqual({ kind: 'done' });
  expect(await rowOf(gone)).toMatchObject({ state: 'delivered', attempts: 2 });
  await move(url);
});

test('a receiver that wants no more is switched off, once: its owner sees another version, the audit log says why', async () => {
  const one = await waiting('dlv_gone');
  const other = await waiting('dlv_gone_too');
  const { rows: before } = await pool.query('select version from webhook_endpoints where id = $1', [endpoint]);
  answers = [{ status: 410 }, { status: 410 }];
  // Both are on their way when the first is answered.
  await Promise.all([attempt(one), attempt(other)]);
  const { rows } = await pool.query('select enabled, disabled_why, version from webhook_endpoints where id = $1', [
    endpoint,
  ]);
  const why = 'the receiver answered 410: it wants no more';
  expect(rows).toEqual([{ enabled: false, disabled_why: why, version: before[0].version + 1 }]);
  const { rows: log } = await pool.query(
    `select role, subject, detail ->> 'because' as because from audit_log where action = 'webhook_endpoint.disabled'`,
  );
  expect(log).toEqual([{ role: 'system', subject: endpoint, because: why }]);

  expect(await replayDelivery(pool, one, 'usr_1', actor)).toBe('off');
  expect(await rowOf(one)).toMatchObject({ state: 'failed', attempts: 1 });
  expect(await replayDelivery(pool, 'dlv_none', 'usr_1', actor)).toBeNull();
  expect(await replayDelivery(pool, one, 'usr_2', actor)).toBeNull();
});

describe('while an attempt is on its way', () => {
  /** A receiver that answers when it is told to; and how its requests stand. */
  async function slowReceiver() {
    const requests: ('open' | 'answered' | 'broken off')[] = [];
    const answer = Promise.withResolvers<void>();
    const server = createServer(async (_request, response) => {
      const index = requests.push('open') - 1;
      response.on('close', () => {
        if (requests[index] === 'open') requests[index] = 'broken off';
      });
      await answer.promise;
      requests[index] = 'answered';
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await pool.query('update webhook_endpoints set url = $2, enabled = true where id = $1', [
      endpoint,
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    ]);
    const close = async () => {
      server.closeAllConnections();
      server.close();
      await pool.query('update webhook_endpoints set url = $2 where id = $1', [endpoint, url]);
    };
    return { requests, answer: answer.resolve, close };
  }

  test('a worker that is killed costs it ten seconds at the most, however long it had been at it', async () => {
    const id = await waiting('dlv_worker_killed');
    const receiver = await slowReceiver();
    const script = `
      import { createPool } from '@freshet/store';
      import { createDeliver } from './apps/worker/src/deliver.ts';
      await createDeliver(createPool({ url: process.argv[1], max: 2 }), { allowPrivate: true })('${id}');`;
    const worker = spawn(process.execPath, ['--input-type=module-typescript', '-e', script, databaseUrl], {
      stdio: 'ignore',
    });
    try {
      // It has to start first.
      await eventually(() => expect(receiver.requests).toEqual(['open']), { withinMs: 60_000 });
      const first = await dueAt(id);
      // It has renewed its lease once at least.
      await eventually(async () => expect(await dueAt(id)).not.toBe(first));
    } finally {
      worker.kill('SIGKILL');
    }
    await once(worker, 'exit');
    const outcome = await attempt(id);
    expect(outcome).toMatchObject({ kind: 'snoozed' });
    expect((outcome as { forMs: number }).forMs).toBeLessThanOrEqual(10_000);
    receiver.answer();
    await eventually(async () => expect(await attempt(id)).toEqual({ kind: 'done' }), { withinMs: 15_000 });
    expect(await rowOf(id)).toMatchObject({ state: 'delivered', attempts: 2 });
    await receiver.close();
  }, 120_000);

  test('no other worker sends it, though the receiver takes nearly the whole time-out', async () => {
    const id = await waiting('dlv_slow');
    const receiver = await slowReceiver();
    const first = attempt(id);
    await eventually(() => expect(receiver.requests).toEqual(['open']));
    const until = Date.now() + 13_000;
    while (Date.now() < until) {
      expect(await attempt(id)).toMatchObject({ kind: 'snoozed' });
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    receiver.answer();
    expect(await first).toEqual({ kind: 'done' });
    expect(receiver.requests).toEqual(['answered']);
    expect(await rowOf(id)).toMatchObject({ state: 'delivered', attempts: 1, last_status: 200 });
    await receiver.close();
  }, 60_000);

  test('a worker that is cut off from Postgres breaks it off before another may send, and what it notes then changes nothing', async () => {
    const id = await waiting('dlv_cut_off');
    const receiver = await slowReceiver();
    const line = await faultyProxy({ target: databaseUrl });
    const behind = createPool({ url: line.url, max: 1 });
    const first = createDeliver(behind, { allowPrivate: true })(id);
    await eventually(() => expect(receiver.requests).toEqual(['open']));
    await line.refuse();
    const second = eventually(
      async () => {
        const outcome = await attempt(id);
        if (outcome.kind === 'snoozed') throw new Error('not due yet');
        return outcome;
      },
      { withinMs: 20_000 },
    );
    await eventually(() => expect(receiver.requests).toHaveLength(2), { withinMs: 20_000, everyMs: 5 });
    expect(receiver.requests[0]).toBe('broken off');
    line.pass();
    expect(await first).toEqual({ kind: 'done' });
    expect(await rowOf(id)).toMatchObject({ state: 'pending', attempts: 2 });
    receiver.answer();
    expect(await second).toEqual({ kind: 'done' });
    expect(await rowOf(id)).toMatchObject({ state: 'delivered', attempts: 2 });
    await behind.end();
    await line.close();
    await receiver.close();
  }, 60_000);
});

test('a user’s hundreds of deliveries to receivers that never answer leave places for others’', async () => {
  let held = 0;
  let most = 0;
  const tarpit = createServer((_request, response) => {
    most = Math.max(most, ++held);
    response.once('close', () => held--);
  });
  await new Promise<void>((resolve) => tarpit.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(tarpit.address() as AddressInfo).port}/`;
  await pool.query(`insert into users (id, name) values ('usr_tar', 'Tar')`);
  await pool.query(
    `insert into webhook_endpoints (id, user_id, url, events, secret)
     select 'tar_' || n, 'usr_tar', $1, '{data.anomaly}', secret from webhook_endpoints, generate_series(1, 50) n where id = $2`,
    [url, endpoint],
  );
  await pool.query(
    `insert into webhook_deliveries (id, endpoint_id, event, message_id, payload)
     select 'dlv_tar' || n, 'tar_' || 1 + n % 50, 'data.anomaly', 'm' || n, '{}' from generate_series(1, 300) n`,
  );
  await pool.query('update webhook_endpoints set enabled = true where id = $1', [endpoint]);
  answers = [];

  const redis = testRedis();
  const prefix = `{${redis.prefix}}`;
  const clients = [redisProducer(redis.url), redisWorker(redis.url), redisSubscriber(redis.url)] as const;
  const producer = createProducer({ connection: clients[0], prefix });
  await producer.ringDeliveries(Array.from({ length: 300 }, (_, i) => `dlv_tar${i + 1}`));
  await producer.ringDeliveries([await waiting('dlv_others')]);
  const [consumer] = consumeQueues({
    ...{ world: undefined as never, lanes: undefined as never, providers: { lanes: [] } as never, pool },
    config: { prefix, queues: ['deliver'], allowPrivateWebhooks: true },
    ...{ connection: clients[1], subscriber: clients[2], onDeaf: () => {} },
    log: createLogger({ name: 'worker', level: 'silent' }),
  });
  try {
    // Before the first attempt of the tarpit's is given up, which is after 15 s, and would give a place.
    const others = async () => expect((await rowOf('dlv_others'))?.state).toBe('delivered');
    await eventually(others, { withinMs: 14_000 });
    expect(seen).toEqual(['dlv_others']);
    // Few of the others were at work at a time; a receiver may hear late of one that was given up.
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(40);
  } finally {
    const closed = consumer?.close(0);
    tarpit.closeAllConnections();
    await closed;
    tarpit.closeAllConnections();
    tarpit.close();
    await producer.close();
    for (const client of clients) client.disconnect();
    await redis.cleanup();
  }
}, 90_000);
