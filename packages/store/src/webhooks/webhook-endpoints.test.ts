import { withDatabase } from '@freshet/testing';
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  type EndpointRow,
  endpointOf,
  findEndpoint,
  listEndpoints,
  rotateEndpointSecret,
} from './webhook-endpoints.ts';
import {
  changeTrigger,
  createTrigger,
  deleteTrigger,
  findTrigger,
  listTriggers,
  type TriggerRow,
  triggerToFire,
} from './webhook-triggers.ts';

/** Two people, each with an endpoint of the same address and a trigger. */
const { pool } = await withDatabase();
let endpoints: EndpointRow[];
let triggers: TriggerRow[];

const URL = 'https://receiver.example';
const [ONE, TWO] = ['usr_1', 'usr_2'].map((userId) => ({
  ...{ userId, keyId: `key of ${userId}`, role: 'user', requestId: '', remoteAddress: '' },
})) as [Actor, Actor];
type Actor = Parameters<typeof createTrigger>[2] & { userId: string };

beforeAll(async () => {
  await pool.query(`insert into users (id, name) values ('usr_1', 'One'), ('usr_2', 'Two')`);
});
beforeEach(async () => {
  await pool.query('truncate webhook_endpoints, webhook_triggers cascade');
  endpoints = [];
  triggers = [];
  for (const actor of [ONE, TWO]) {
    const endpoint = { userId: actor.userId, url: URL, events: ['refresh.failed'], secret: 'first' };
    endpoints.push(await createEndpoint(pool, endpoint, actor));
    const trigger = { name: 'mine', kind: 'generic', refresh: { kind: 'all' }, secret: 'first' };
    triggers.push(await createTrigger(pool, trigger, actor));
  }
});

const ids = (rows: { id: string }[]) => rows.map(({ id }) => id);
const endpoint = () => endpoints[0] as EndpointRow;
const trigger = () => triggers[0] as TriggerRow;

test('people see their own endpoints and triggers, staff those of all, page by page', async () => {
  expect(await findEndpoint(pool, endpoint().id, TWO.userId)).toBeNull();
  expect(await findTrigger(pool, trigger().id, TWO.userId)).toBeNull();
  expect(await findEndpoint(pool, endpoint().id, null)).toEqual(endpoint());
  expect(await findTrigger(pool, trigger().id, ONE.userId)).toEqual(trigger());
  for (const [list, all] of [
    [listEndpoints, endpoints],
    [listTriggers, triggers],
  ] as const) {
    const [first, second] = ids(all).toSorted();
    expect(ids(await list(pool, { userId: ONE.userId, limit: 9 }))).toEqual([all[0]?.id]);
    expect(ids(await list(pool, { userId: null, limit: 1 }))).toEqual([first]);
    expect(ids(await list(pool, { userId: null, after: first, limit: 9 }))).toEqual([second]);
  }
});

test('a callback goes to the caller’s own endpoint of that address, if it is on', async () => {
  expect(await endpointOf(pool, { userId: TWO.userId, url: URL })).toBe(endpoints[1]?.id);
  await changeEndpoint(pool, endpoint().id, '*', { enabled: false }, ONE);
  expect(await endpointOf(pool, { userId: ONE.userId, url: URL })).toBeNull();
});

test('a change or a deletion over another version does nothing', async () => {
  expect(await changeEndpoint(pool, endpoint().id, 1, { events: [] }, ONE)).toMatchObject({ version: 2, events: [] });
  expect(await changeEndpoint(pool, endpoint().id, 1, { url: 'https://b.example' }, ONE)).toBeNull();
  expect(await deleteEndpoint(pool, endpoint().id, 1, ONE)).toBe(false);
  expect(await findEndpoint(pool, endpoint().id, null)).toMatchObject({ version: 2, url: URL });
  expect(await deleteEndpoint(pool, endpoint().id, 2, ONE)).toBe(true);
  expect(await changeTrigger(pool, trigger().id, 1, { name: 'new' }, ONE)).toMatchObject({ version: 2, name: 'new' });
  expect(await changeTrigger(pool, trigger().id, 1, { name: 'newer' }, ONE)).toBeNull();
  expect(await deleteTrigger(pool, trigger().id, 1, ONE)).toBe(false);
  expect(await deleteTrigger(pool, trigger().id, 2, ONE)).toBe(true);
});

test('why an endpoint was switched off is told until it is switched on again', async () => {
  await pool.query(`update webhook_endpoints set enabled = false, disabled_why = '410 Gone'`);
  const changed = await changeEndpoint(pool, endpoint().id, '*', { events: [] }, ONE);
  expect(changed).toMatchObject({ enabled: false, disabledWhy: '410 Gone' });
  const on = await changeEndpoint(pool, endpoint().id, '*', { enabled: true }, ONE);
  expect(on).toMatchObject({ enabled: true, disabledWhy: null });
});

test('the secret before goes on beside a new one, which is a new version', async () => {
  expect(await rotateEndpointSecret(pool, endpoint().id, 'second', ONE)).toMatchObject({ version: 2 });
  const { rows } = await pool.query('select secret, previous_secret as before from webhook_endpoints where id = $1', [
    endpoint().id,
  ]);
  expect(rows).toEqual([{ secret: 'second', before: 'first' }]);
});

test('a trigger acts by the key of its owner’s last change, and not by that of somebody else who changed it', async () => {
  const other = { ...ONE, keyId: 'another key of usr_1' };
  expect(await changeTrigger(pool, trigger().id, '*', { name: 'a' }, TWO)).toMatchObject({ keyId: ONE.keyId });
  expect(await changeTrigger(pool, trigger().id, '*', { name: 'b' }, other)).toMatchObject({ keyId: other.keyId });
});

test('only a trigger that is on is fired', async () => {
  expect(await triggerToFire(pool, trigger().id)).toMatchObject({ id: trigger().id, secret: 'first' });
  await changeTrigger(pool, trigger().id, '*', { enabled: false }, ONE);
  expect(await triggerToFire(pool, trigger().id)).toBeNull();
});
