import { type Problem, WEBHOOK_EVENTS } from '@freshet/contracts';
import type { DeliveryView, EndpointView } from '@freshet/contracts/api';
import { GENEROUS, startTestApi, type TestApi } from './api.fixture.ts';

/** A user with two endpoints, and deliveries to both. */
let api: TestApi;
let one: EndpointView & { secret: string | null };
let other: EndpointView & { secret: string | null };
const ENDPOINTS = '/api/v1/webhooks/endpoints';
const DELIVERIES = '/api/v1/webhooks/deliveries';

beforeAll(async () => {
  api = await startTestApi({ limits: GENEROUS });
  const made = async (body: object) => (await api.ask<typeof one>('user', `POST ${ENDPOINTS}`, { body })).body;
  one = await made({ url: 'https://hooks.example.com/one' });
  other = await made({ url: 'https://hooks.example.com/other', events: ['refresh.failed'] });
  // Two of one moment, so that only their ids tell them apart.
  await api.api.pool.query(
    `insert into webhook_deliveries (id, endpoint_id, event, message_id, payload, state, attempts, created_at, next_attempt_at, delivered_at)
     values ('dlv_1', $1, 'refresh.completed', 'm1', '{"n":1}', 'delivered', 1, '2026-01-01T10:00:00Z', '2026-01-01T10:00:00Z', '2026-01-01T10:00:01Z'),
       ('dlv_2', $1, 'refresh.completed', 'm2', '{"n":2}', 'failed', 10, '2026-01-01T11:00:00Z', '2026-01-02T11:00:00Z', null),
       ('dlv_3', $1, 'refresh.completed', 'm3', '{"n":3}', 'failed', 10, '2026-01-01T11:00:00Z', '2026-01-02T11:00:00Z', null),
       ('dlv_4', $2, 'refresh.failed', 'm4', '{"n":4}', 'pending', 2, '2026-01-01T12:00:00Z', '2126-01-01T12:00:00Z', null)`,
    [one.endpoint_id, other.endpoint_id],
  );
});
afterAll(() => api.stop());

interface Page {
  data: DeliveryView[];
  next_cursor: string | null;
}
const deliveries = async (query: string) => (await api.ask<Page>('user', `GET ${DELIVERIES}?${query}`)).body;
const idsOf = ({ data }: Page) => data.map(({ delivery_id }) => delivery_id);

test('an endpoint hears of everything unless it names events, and is found where it was said to be', async () => {
  expect(one.events).toEqual([...WEBHOOK_EVENTS]);
  expect(other.events).toEqual(['refresh.failed']);
  const made = await api.ask<EndpointView>('user', `POST ${ENDPOINTS}`, {
    body: { url: 'https://hooks.example.com/3' },
  });
  expect([made.status, made.headers.get('etag'), made.headers.get('cache-control')]).toEqual([
    201,
    '"v1"',
    expect.stringContaining('no-store'),
  ]);
  const found = await api.ask<EndpointView>('user', `GET ${made.headers.get('location')}`);
  expect([found.body.endpoint_id, found.headers.get('etag')]).toEqual([made.body.endpoint_id, '"v1"']);
  const rotated = await api.ask('user', `POST ${made.headers.get('location')}/rotate-secret`);
  expect([rotated.headers.get('etag'), rotated.headers.get('cache-control')]).toEqual([
    '"v2"',
    expect.stringContaining('no-store'),
  ]);
  const headers = { 'if-match': '"v2"' };
  expect((await api.ask('user', `DELETE ${made.headers.get('location')}`, { headers })).status).toBe(204);
  expect((await api.ask('user', `GET ${made.headers.get('location')}`)).status).toBe(404);
});

test('endpoints are listed page by page, each once', async () => {
  const first = await api.ask<{ data: EndpointView[]; next_cursor: string }>('user', `GET ${ENDPOINTS}?limit=1`);
  const path = `GET ${ENDPOINTS}?limit=1&cursor=${first.body.next_cursor}`;
  const second = await api.ask<{ data: EndpointView[]; next_cursor: null }>('user', path);
  expect(new Set([...first.body.data, ...second.body.data].map(({ url }) => url))).toEqual(
    new Set([one.url, other.url]),
  );
  expect(second.body.next_cursor).toBeNull();
});

test('an endpoint is not moved to where nothing may be sent', async () => {
  const headers = { 'if-match': '"v1"' };
  const path = `${ENDPOINTS}/${one.endpoint_id}`;
  const refused = await api.ask<Problem>('user', `PATCH ${path}`, { body: { url: 'https://127.0.0.1/' }, headers });
  expect([refused.status, refused.body.errors?.[0]?.pointer]).toEqual([422, '/url']);
  expect((await api.ask<EndpointView>('user', `GET ${path}`)).body.url).toBe(one.url);
});

test('deliveries are listed newest first, by endpoint and state, page by page', async () => {
  expect(idsOf(await deliveries(''))).toEqual(['dlv_4', 'dlv_3', 'dlv_2', 'dlv_1']);
  expect(idsOf(await deliveries(`endpoint_id=${one.endpoint_id}`))).toEqual(['dlv_3', 'dlv_2', 'dlv_1']);
  expect(idsOf(await deliveries('state=failed'))).toEqual(['dlv_3', 'dlv_2']);
  const first = await deliveries('limit=2');
  expect(idsOf(first)).toEqual(['dlv_4', 'dlv_3']);
  const second = await deliveries(`limit=2&cursor=${first.next_cursor}`);
  expect([idsOf(second), second.next_cursor]).toEqual([['dlv_2', 'dlv_1'], null]);
});

test('a delivery says when it is tried next only while it is, and when it was taken only if it was', async () => {
  const times = (await deliveries('')).data.map(({ next_attempt_at, delivered_at }) => [next_attempt_at, delivered_at]);
  expect(times).toEqual([
    ['2126-01-01T12:00:00.000Z', null],
    [null, null],
    [null, null],
    [null, '2026-01-01T10:00:01.000Z'],
  ]);
});

test('a delivery that is sent again says where it can be followed', async () => {
  const replayed = await api.ask<DeliveryView>('user', `POST ${DELIVERIES}/dlv_2/replay`);
  expect([replayed.status, replayed.headers.get('retry-after')]).toEqual([202, '1']);
  expect(replayed.body).toMatchObject({ delivery_id: 'dlv_2', state: 'pending', attempts: 0, message_id: 'm2' });
  const { body } = await api.ask<Page>('user', `GET ${replayed.headers.get('location')}`);
  expect(idsOf(body)).toEqual(['dlv_3', 'dlv_2', 'dlv_1']);
  const none = await api.ask<Problem>('user', `POST ${DELIVERIES}/dlv_none/replay`);
  expect([none.status, none.body.code]).toEqual([404, 'not_found']);
});
