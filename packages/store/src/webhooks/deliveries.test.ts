import { withDatabase } from '@freshet/testing';
import { ageOfDelivery, claimDelivery, extendDelivery, type WaitingDelivery, waitingDelivery } from './deliveries.ts';
import { replayDelivery } from './delivery-log.ts';
import { failPoisonedDelivery, noteAttempt } from './delivery-outcomes.ts';

/** Two people with an endpoint each: what is sent to whom. */
const { pool } = await withDatabase({ max: 2 });

beforeAll(async () => {
  await pool.query(`insert into users (id, name) values ('usr_1', 'One'), ('usr_2', 'Two')`);
});
beforeEach(async () => {
  await pool.query('truncate webhook_endpoints, audit_log cascade');
  await pool.query(
    `insert into webhook_endpoints (id, user_id, url, events, secret)
     select 'whk_' || n, 'usr_' || n, 'https://receiver-' || n || '.example', '{data.anomaly}', 'secret ' || n from generate_series(1, 2) n`,
  );
  await pool.query(
    `insert into webhook_deliveries (id, endpoint_id, event, message_id, payload)
     select 'dlv_' || n, 'whk_' || n, 'data.anomaly', 'msg', '{}' from generate_series(1, 2) n`,
  );
});

const waiting = async (id: string) => (await waitingDelivery(pool, id)) as WaitingDelivery;
const claim = async (id: string) => claimDelivery(pool, await waiting(id), 60_000);
const actor = { keyId: 'key_1', userId: 'usr_1', role: 'user', requestId: '', remoteAddress: '' };
const switchOff = (id: string) => pool.query('update webhook_endpoints set enabled = false where id = $1', [id]);

test('each goes to its own endpoint, with the secret of that', async () => {
  for (const n of [1, 2]) {
    expect(await waiting(`dlv_${n}`)).toMatchObject({ userId: `usr_${n}`, endpointId: `whk_${n}` });
    expect(await claim(`dlv_${n}`)).toMatchObject({
      url: `https://receiver-${n}.example`,
      secrets: [`secret ${n}`],
    });
  }
});

test('what waits for an endpoint that is off is not sent, though another’s is on and it was seen before', async () => {
  const seen = await waiting('dlv_1');
  await switchOff('whk_1');
  expect(await waitingDelivery(pool, 'dlv_1')).toBeNull();
  expect(await claimDelivery(pool, seen, 60_000)).toBeNull();
  expect(await replayDelivery(pool, 'dlv_1', 'usr_1', actor)).toBe('off');
  expect(await claim('dlv_2')).toMatchObject({ id: 'dlv_2' });
});

test('what was given up is not sent by who saw it before', async () => {
  const seen = await waiting('dlv_1');
  await pool.query('update webhook_deliveries set attempts = 3');
  await failPoisonedDelivery(pool, 'dlv_1', 'it kills its workers');
  expect(await claimDelivery(pool, seen, 60_000)).toBeNull();
  expect(await waitingDelivery(pool, 'dlv_1')).toBeNull();
  expect(await waiting('dlv_2')).toMatchObject({ attempts: 3 });
});

test('its day begins when it was made, or with the last time that it was sent again: it, and no other', async () => {
  const hours = async () => Math.round((await ageOfDelivery(pool, 'dlv_1')) / 3_600_000);
  const logged = (action: string, subject: string, agoH: number) =>
    pool.query('insert into audit_log (action, subject, at) values ($1, $2, now() - make_interval(hours => $3))', [
      action,
      subject,
      agoH,
    ]);
  await pool.query(`update webhook_deliveries set created_at = now() - interval '40 hours'`);
  await logged('webhook_delivery.replayed', 'dlv_2', 1);
  await logged('webhook_delivery.looked_at', 'dlv_1', 1);
  expect(await hours()).toBe(40);
  await logged('webhook_delivery.replayed', 'dlv_1', 20);
  await logged('webhook_delivery.replayed', 'dlv_1', 3);
  expect(await hours()).toBe(3);
});

test('an attempt that failed leaves no time of delivery, one that was taken does', async () => {
  const outcome = { status: 500, error: 'down', nextInMs: 0 };
  const times = async () =>
    (await pool.query('select delivered_at is not null as taken from webhook_deliveries order by id')).rows;
  const turns = [await claim('dlv_1'), await claim('dlv_2')] as { id: string; dueAt: string }[];
  for (const turn of turns) await noteAttempt(pool, turn, { ...outcome, state: 'pending' });
  expect(await times()).toEqual([{ taken: false }, { taken: false }]);
  await noteAttempt(pool, await waiting('dlv_2'), { status: 200, error: null, nextInMs: null, state: 'delivered' });
  expect(await times()).toEqual([{ taken: false }, { taken: true }]);
});

test('what is given up was begun and is not over; nothing but its being taken changes it afterwards', async () => {
  const of = async () =>
    (await pool.query(`select state, last_status from webhook_deliveries where id = 'dlv_1'`)).rows;
  const outcome = { status: 500, error: 'down', nextInMs: 0, state: 'pending' } as const;
  expect(await failPoisonedDelivery(pool, 'dlv_1', 'it kills its workers')).toBe(false);
  await pool.query(`update webhook_deliveries set last_status = 500`);
  const turn = (await claim('dlv_1')) as NonNullable<Awaited<ReturnType<typeof claim>>>;
  expect(await failPoisonedDelivery(pool, 'dlv_1', 'it kills its workers')).toBe(true);
  expect(await of()).toEqual([{ state: 'failed', last_status: null }]);
  expect(await noteAttempt(pool, turn, outcome)).toBe(false);
  expect(await noteAttempt(pool, turn, { ...outcome, status: 200, state: 'delivered' })).toBe(true);
  expect(await failPoisonedDelivery(pool, 'dlv_1', 'it kills its workers')).toBe(false);
  expect(await of()).toEqual([{ state: 'delivered', last_status: 200 }]);
});

test('a lease is moved once, however often its moving is tried, and not by who was overtaken', async () => {
  const first = (await claim('dlv_1')) as { id: string; dueAt: string };
  const other = (await claim('dlv_2')) as { id: string; dueAt: string };
  const moved = await extendDelivery(pool, first, 3_000.25);
  expect(Date.parse(moved?.dueAt ?? '') - Date.parse(first.dueAt)).toBe(3_000);
  // As when the answer to the first was lost.
  expect(await extendDelivery(pool, first, 3_000.25)).toEqual(moved);
  const again = await extendDelivery(pool, moved as { id: string; dueAt: string }, 1_000);
  expect(Date.parse(again?.dueAt ?? '') - Date.parse(first.dueAt)).toBe(4_000);
  expect(await extendDelivery(pool, first, 3_000.25)).toBeNull();
  expect((await waiting('dlv_2')).dueAt).toBe(other.dueAt);

  await noteAttempt(pool, other, { status: 500, error: 'down', nextInMs: null, state: 'failed' });
  expect(
    await extendDelivery(
      pool,
      {
        ...other,
        dueAt: (await pool.query(`select next_attempt_at::text as at from webhook_deliveries where id = 'dlv_2'`))
          .rows[0].at,
      },
      1_000,
    ),
  ).toBeNull();
});
