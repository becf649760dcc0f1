import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError, type ApiEvent, createClient, followRefresh } from './index.ts';

/** What the server was asked, and what it says next. */
interface Asked {
  what: string;
  headers: IncomingMessage['headers'];
  body: string;
}
type Says = (asked: Asked, response: ServerResponse) => void;

let server: Server;
let asked: Asked[];
let says: Says;
const client = () =>
  createClient({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    key: 'fsh_1',
    fetch: globalThis.fetch,
  });

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const one = { what: `${request.method} ${request.url}`, headers: request.headers, body };
      asked.push(one);
      says(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  asked = [];
});

const json =
  (status: number, body: object, headers: Record<string, string> = {}): Says =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

test('a call goes to its address with its key, its parameters and its headers, and brings body, status and ETag', async () => {
  says = json(202, { refresh_id: 'ref_1' }, { etag: '"1"' });
  const answer = await client().ask('POST /api/v1/manual/refresh/portfolio/{user_id}', {
    ...{ path: { user_id: 'a/b c' }, body: { mode: 'full' }, waitS: 5, idempotencyKey: 'once' },
  });
  expect(answer).toMatchObject({ status: 202, body: { refresh_id: 'ref_1' }, etag: '"1"', notModified: false });
  expect(asked[0]).toMatchObject({
    what: 'POST /api/v1/manual/refresh/portfolio/a%2Fb%20c',
    headers: {
      ...{ authorization: 'Bearer fsh_1', prefer: 'wait=5', 'idempotency-key': 'once' },
      'content-type': 'application/json',
    },
    body: '{"mode":"full"}',
  });
  await client().call('GET /api/v1/refreshes', { query: { limit: 5, status: 'queued' }, ifNoneMatch: '"1"' });
  expect(asked[1]?.what).toBe('GET /api/v1/refreshes?limit=5&status=queued');
  expect(asked[1]?.headers['if-none-match']).toBe('"1"');
});

test('a no is an error that says which, when to come back, and where to look', async () => {
  const problem = { type: '/problems#rate_limited', title: 'x', status: 429, detail: 'Wait.', code: 'rate_limited' };
  says = json(429, problem, { 'retry-after': '7', 'x-request-id': 'req_1' });
  const refused = await client()
    .call('POST /api/v1/manual/refresh/all')
    .catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ApiError);
  expect(refused).toMatchObject({
    status: 429,
    code: 'rate_limited',
    message: 'Wait.',
    retryAfterS: 7,
    requestId: 'req_1',
  });
  says = (_, response) => void response.writeHead(502).end('<html>');
  expect(
    await client()
      .call('GET /api/v1/me')
      .catch((error: unknown) => error),
  ).toMatchObject({ status: 502, code: null });
});

test('a refresh is followed to its end, unchanged answers without a word', async () => {
  const running = { status: 'in_progress', poll_after_ms: 1, progress: 0.5 };
  const answers: Says[] = [
    json(200, running, { etag: '"1"' }),
    (_, response) => void response.writeHead(304, { etag: '"1"' }).end(),
    json(200, { status: 'success' }),
  ];
  says = (one, response) => answers.shift()?.(one, response);
  const seen: number[] = [];
  const ended = await followRefresh(client(), 'ref_1', { onProgress: ({ progress }) => void seen.push(progress) });
  expect([ended.status, seen, asked.map(({ headers }) => headers['if-none-match'])]).toEqual([
    ...['success', [0.5]],
    [undefined, '"1"', '"1"'],
  ]);
});

test('following ends as soon as its signal aborts, however long the next poll is away', async () => {
  says = json(200, { status: 'in_progress', poll_after_ms: 60_000, progress: 0.5 }, { etag: '"1"' });
  const stop = new AbortController();
  const following = followRefresh(client(), 'ref_1', {
    signal: stop.signal,
    onProgress: () => void setTimeout(() => stop.abort(new Error('enough'))),
  });
  await expect(following).rejects.toThrow('enough');
});

test('events go on behind the last one after a lost connection; those of a refresh end with it', async () => {
  const event = (n: number) => `id: ${n}\nevent: price_update\ndata: {"n":${n}}\n\n`;
  const parts = [`retry: 500\n\n${event(1)}${event(2).slice(0, 9)}`, `${event(2)}: still here\n\n${event(3)}`];
  says = (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(parts.shift() ?? '');
    // Broken off in the middle of an event, the first time.
    setTimeout(() => (parts.length === 1 ? response.destroy() : response.end()), 20);
  };
  const seen: ApiEvent[] = [];
  const stop = new AbortController();
  for await (const each of client().events({ symbols: ['AAPL', 'KO'], signal: stop.signal })) {
    seen.push(each);
    if (each.id === 3) stop.abort();
  }
  expect(seen.map(({ id, type, data }) => [id, type, data.n])).toEqual([1, 2, 3].map((n) => [n, 'price_update', n]));
  expect(asked.map(({ what }) => what)).toEqual([
    'GET /events/price-updates?symbols=AAPL%2CKO',
    'GET /events/price-updates?symbols=AAPL%2CKO&last_event_id=1',
  ]);
  expect(asked[1]?.headers['last-event-id']).toBe('1');

  parts.push(event(4));
  const last: ApiEvent[] = [];
  for await (const each of client().refreshEvents('ref_1', { after: 3 })) last.push(each);
  expect([last.map(({ id }) => id), asked.at(-1)?.what]).toEqual([
    [4],
    'GET /api/v1/refreshes/ref_1/events?last_event_id=3',
  ]);
});
