import type { IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { runRelay } from '@freshet/events';
import { redisProducer, redisSubscriber } from '@freshet/runtime';
import { createKey, createOutbox, writeEvents } from '@freshet/store';
import { eventually, testRedis } from '@freshet/testing';
import type { Problem, RefreshAccepted } from '@freshet/contracts';
import { WebSocket } from 'ws';
import { GENEROUS, startTestApi, type TestApi } from './api.fixture.ts';
import { endRefresh } from './ended.fixture.ts';

let api: TestApi;
let stop: () => Promise<void>;
beforeAll(async () => {
  api = await startTestApi({ limits: GENEROUS });
  const { url } = testRedis();
  const [redis, subscriber] = [redisProducer(url), redisSubscriber(url)];
  const outbox = createOutbox(api.api.pool, api.databaseUrl);
  const relay = runRelay({ outbox, redis, subscriber, prefix: api.prefix });
  stop = async () => {
    await relay.close();
    for (const client of [redis, subscriber]) client.disconnect();
  };
});
afterAll(async () => {
  await stop();
  await api.stop();
});

interface Read {
  text(): string;
  events(): { id: string | undefined; type: string | undefined; data: Record<string, unknown> }[];
  ended: Promise<void>;
  close(): void;
}

/** Reads an event stream as it comes. */
function stream(path: string, key: string, headers: Record<string, string> = {}): Read {
  const aborted = new AbortController();
  let text = '';
  const read = async () => {
    const response = await fetch(`${api.url}${path}`, {
      headers: { authorization: `Bearer ${key}`, ...headers },
      signal: aborted.signal,
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk as Uint8Array, { stream: true });
  };
  const ended = read().catch((error: Error) => {
    if (!aborted.signal.aborted) text += `!${error.message} ${String(error.cause)}`;
  });
  return {
    text: () => text,
    events: () =>
      text.split('\n\n').flatMap((block) => {
        const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1];
        const data = field('data');
        return data === undefined ? [] : [{ id: field('id'), type: field('event'), data: JSON.parse(data) }];
      }),
    ended,
    close: () => aborted.abort(),
  };
}

const prices = (...symbols: string[]) =>
  writeEvents(api.api.pool, [
    { type: 'price_update', userId: null, items: symbols.map((symbol) => ({ symbol, price: 1 })) },
  ]);

describe('the event stream', () => {
  test('tells prices of the symbols asked for, and resumes behind the last one without a gap or a repeat', async () => {
    const first = stream('/events/price-updates?symbols=aapl,MSFT', api.keys.user);
    await eventually(() => expect(first.text()).toContain('retry'));
    await prices('AAPL', 'TSLA', 'MSFT');
    await eventually(() => expect(first.events().map(({ data }) => data.symbol)).toEqual(['AAPL', 'MSFT']));
    const last = first.events().at(-1)?.id ?? '';
    first.close();
    await prices('AAPL', 'MSFT');
    const again = stream('/events/price-updates?symbols=AAPL,MSFT', api.keys.user, { 'last-event-id': last });
    await eventually(() => expect(again.events().map(({ data }) => data.symbol)).toEqual(['AAPL', 'MSFT']));
    expect(Number(again.events()[0]?.id)).toBeGreaterThan(Number(last));
    again.close();
  });

  test('shows a user nothing of others', async () => {
    const mine = stream('/events/price-updates', api.keys.user);
    const staff = stream('/events/price-updates', api.keys.support);
    await eventually(() => expect([mine.text(), staff.text()].every((text) => text.includes('retry'))).toBe(true));
    const update = (userId: string | null, n: number) =>
      writeEvents(api.api.pool, [{ type: 'portfolio_update', userId, items: [{ n }] }]);
    await update('usr_somebody_else', 1);
    await update(api.userId, 2);
    await eventually(() => expect(staff.events().map(({ data }) => data.n)).toEqual([1, 2]));
    expect(mine.events().map(({ data }) => data.n)).toEqual([2]);
    mine.close();
    staff.close();
  });

  test('of a refresh begins with what it is and ends with it', async () => {
    const { body } = await api.ask<RefreshAccepted>('user', 'POST /api/v1/manual/refresh/prices', {
      body: { symbols: ['STREAM'] },
    });
    const events = stream(body.events_url, api.keys.user);
    await eventually(() => expect(events.events().map(({ data }) => data.status)).toEqual(['queued']));
    await endRefresh(api, body.refresh_id, { quotes: { STREAM: 1 } });
    await events.ended;
    expect(events.events().at(-1)?.data).toMatchObject({ refresh_id: body.refresh_id, status: 'success' });
    const late = stream(body.events_url, api.keys.user);
    await late.ended;
    expect(late.events().map(({ data }) => data.status)).toEqual(['success']);
  });

  test('of a refresh resumes behind the last one that was seen, without a gap or a repeat', async () => {
    const { body } = await api.ask<RefreshAccepted>('user', 'POST /api/v1/manual/refresh/prices', {
      body: { symbols: ['RESUME'] },
    });
    const progress = (n: number) =>
      writeEvents(api.api.pool, [
        {
          ...{ type: 'refresh_progress', userId: api.userId, refreshId: body.refresh_id },
          items: [{ refresh_id: body.refresh_id, status: 'in_progress', seq: 0, n }],
        },
      ]);
    const first = stream(body.events_url, api.keys.user);
    await eventually(() => expect(first.events()).toHaveLength(1));
    await progress(1);
    await eventually(() => expect(first.events().map(({ data }) => data.n)).toEqual([undefined, 1]));
    const last = first.events().at(-1)?.id ?? '';
    first.close();
    await progress(2);
    const again = stream(`${body.events_url}?last_event_id=${last}`, api.keys.user);
    await eventually(() => expect(again.events().map(({ data }) => data.n)).toEqual([2]));
    await endRefresh(api, body.refresh_id, { quotes: { RESUME: 1 } });
    await again.ended;
    expect(again.events().map(({ data }) => data.status)).toEqual(['in_progress', 'success']);

    // After its end too: what was missed comes with its numbers, and behind the end only the end.
    const late = stream(`${body.events_url}?last_event_id=${last}`, api.keys.user);
    await late.ended;
    expect(late.events()).toEqual(again.events());
    const behind = stream(`${body.events_url}?last_event_id=${again.events().at(-1)?.id}`, api.keys.user);
    await behind.ended;
    expect(behind.events().map(({ id, data }) => [id, data.status])).toEqual([[undefined, 'success']]);
  });

  test('is opened by a browser with its cookie, and so is the WebSocket from our own page', async () => {
    const opened = await api.ask(null, 'POST /api/v1/session', { body: { key: api.keys.user } });
    const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const response = await fetch(`${api.url}/events/price-updates`, { headers: { cookie } });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/event-stream'),
    ]);
    await response.body?.cancel();
    const socket = new WebSocket(`${api.url.replace('http', 'ws')}/ws/prices`, {
      headers: { cookie, origin: api.url },
    });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.close();
  });

  test('of a key that is revoked ends within five seconds', async () => {
    const { secret, id } = await createKey(api.api.pool, { userId: api.userId, role: 'user', name: 'short' });
    const open = stream('/events/price-updates', secret);
    const socket = new WebSocket(`${api.url.replace('http', 'ws')}/ws/prices`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    await new Promise((resolve) => socket.once('open', resolve));
    await eventually(() => expect(open.text()).toContain('retry'));
    const began = performance.now();
    await api.ask('admin', `DELETE /api/v1/keys/${id}`);
    await Promise.all([open.ended, closed]);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  test('of a browser that signs out ends within five seconds, at another process too; its other sessions go on', async () => {
    const another = await api.another();
    const signIn = async () => {
      const opened = await api.ask(null, 'POST /api/v1/session', { body: { key: api.keys.user } });
      return (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    };
    const openBoth = async (cookie: string, url: string) => {
      const { body } = await fetch(`${url}/events/price-updates`, { headers: { cookie } });
      const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/prices`, { headers: { cookie, origin: url } });
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
      const ended: string[] = [];
      const events = body?.getReader();
      const read = async () => {
        while (!(await events?.read())?.done);
        ended.push('events');
      };
      void read().catch(() => {});
      socket.once('close', (code) => ended.push(`socket ${code}`));
      return { ended, close: () => Promise.all([socket.terminate(), events?.cancel().catch(() => {})]) };
    };
    const [mine, other] = [await signIn(), await signIn()];
    const open = await Promise.all([api.url, another.url].map((url) => openBoth(mine, url)));
    const kept = await openBoth(other, api.url);
    const headers = { cookie: mine, 'sec-fetch-site': 'same-origin' };
    expect((await api.ask(null, 'DELETE /api/v1/session', { headers })).status).toBe(204);
    const both = ['events', 'socket 1008'];
    await eventually(() => expect(open.map(({ ended }) => [...ended].sort())).toEqual([both, both]), {
      withinMs: 5_000,
    });
    expect(kept.ended).toEqual([]);
    await kept.close();
  });

  test('of a process that stops ends as one to come back to: an event stream by itself, a WebSocket with 1001', async () => {
    const { url, composed } = await api.another();
    const headers = { authorization: `Bearer ${api.keys.user}` };
    const events = (await fetch(`${url}/events/price-updates`, { headers })).text();
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/prices`, { headers });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await composed.api.streams.close();
    expect(await events).toMatch(/^retry: \d+\n\n/);
    expect(await closed).toBe(1001);
  });

  test('is told of to HEAD, at once and without taking a place from those who read', async () => {
    const { secret } = await createKey(api.api.pool, { userId: api.userId, role: 'user', name: 'looks' });
    const { body } = await api.ask<RefreshAccepted>({ key: secret }, 'POST /api/v1/manual/refresh/prices', {
      body: { symbols: ['HEAD'] },
    });
    const head = async (path: string) => {
      const { status, headers } = await fetch(`${api.url}${path}`, {
        method: 'HEAD',
        headers: { authorization: `Bearer ${secret}` },
        signal: AbortSignal.timeout(5_000),
      });
      return [status, headers.get('content-type')];
    };
    // As many as a key may have open at once, of either kind.
    for (let i = 0; i < 50; i++) {
      expect(await head('/events/price-updates')).toEqual([200, 'text/event-stream']);
      expect(await head(body.events_url)).toEqual([200, 'text/event-stream']);
    }
    expect(await head('/api/v1/refreshes/ref_no/events')).toEqual([404, 'application/problem+json']);
    const open = stream('/events/price-updates', secret);
    await eventually(() => expect(open.text()).toContain('retry'));
    open.close();
  });

  test('refuses what is no place and no type of the log', async () => {
    const bad = await api.ask<Problem>('user', 'GET /events/price-updates?last_event_id=abc');
    expect([bad.status, bad.body.errors?.[0]?.parameter]).toEqual([422, 'last_event_id']);
    const header = { 'last-event-id': 'abc' };
    const worse = await api.ask('user', 'GET /events/price-updates?last_event_id=1', { headers: header });
    expect([worse.status, worse.body.code]).toEqual([400, 'invalid_header']);
    expect((await api.ask('user', 'GET /events/price-updates?types=gossip')).status).toBe(422);
  });
});

describe('the WebSocket', () => {
  test('speaks subscribe, unsubscribe and ping', async () => {
    const socket = new WebSocket(`${api.url.replace('http', 'ws')}/ws/prices`, {
      headers: { authorization: `Bearer ${api.keys.user}` },
    });
    const said: Record<string, unknown>[] = [];
    socket.on('message', (text) => said.push(JSON.parse(String(text)) as Record<string, unknown>));
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send('{"action":"subscribe","symbols":["nvda"]}');
    socket.send('{"action":"ping"}');
    await eventually(() => expect(JSON.stringify(said)).toMatch(/pong/));
    await prices('AMD', 'NVDA');
    await eventually(() => expect(JSON.stringify(said)).toMatch(/NVDA.*price|price.*NVDA/));
    expect(JSON.stringify(said)).not.toContain('AMD');
    socket.close();
  });

  test.each([
    ['nobody', {}, 401],
    ['a cookie from another site', { cookie: 'freshet_session=COOKIE', origin: 'https://evil.example' }, 403],
  ])('is not opened for %s', async (_, headers, expected) => {
    const opened = await fetch(`${api.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key: api.keys.user }),
    });
    const token = /freshet_session=([^;]+)/.exec(opened.headers.get('set-cookie') ?? '')?.[1] ?? '';
    const filled = Object.fromEntries(
      Object.entries(headers as Record<string, string>).map(([name, value]) => [name, value.replace('COOKIE', token)]),
    );
    expect(await refused('/ws/prices', filled)).toMatchObject({ status: expected });
  });

  test('is opened from our page behind a proxy that is believed, and by no header of a client where none is', async () => {
    const proxied = await startTestApi({ trustProxy: 1 });
    const page = 'https://freshet.example';
    const forwarded = { 'x-forwarded-host': 'freshet.example:443', 'x-forwarded-proto': 'https' };
    const knock = async (to: TestApi, headers: Record<string, string>): Promise<number> => {
      const opened = await to.ask(null, 'POST /api/v1/session', { body: { key: to.keys.user } });
      const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
      const socket = new WebSocket(`${to.url.replace('http', 'ws')}/ws/prices`, { headers: { cookie, ...headers } });
      const status = await new Promise<number>((resolve, reject) => {
        socket.once('open', () => resolve(101));
        socket.once('unexpected-response', (_request, { statusCode }) => resolve(statusCode ?? 0));
        socket.once('error', reject);
      });
      socket.terminate();
      return status;
    };
    try {
      expect(await knock(proxied, { origin: page, ...forwarded })).toBe(101);
      expect(await knock(proxied, { origin: 'http://freshet.example', ...forwarded })).toBe(403);
      expect(await knock(proxied, { origin: 'https://evil.example', ...forwarded })).toBe(403);
      expect(await knock(proxied, { origin: page, host: 'freshet.example' })).toBe(101);
      expect(await knock(proxied, { origin: page, host: 'freshet.example', 'x-forwarded-host': 'else' })).toBe(403);
      expect(await knock(api, { origin: page, ...forwarded })).toBe(403);
      expect(await knock(api, { origin: page, host: 'freshet.example' })).toBe(101);
    } finally {
      await proxied.stop();
    }
  });

  test('tells its refusal as every other answer does, and never for want of an address', async () => {
    const headers = { 'x-request-id': 'socket-1', authorization: `Bearer ${api.keys.user}` };
    expect(await refused('/ws/prices?last_event_id=abc', headers)).toMatchObject({
      ...{ type: '/problems#invalid_request', status: 422, code: 'invalid_request', request_id: 'socket-1' },
      errors: [{ parameter: 'last_event_id', detail: 'is not the id of an event of ours' }],
      headers: { 'content-type': 'application/problem+json', 'x-request-id': 'socket-1' },
    });
    // Nobody would ever hear of it.
    expect(await refused('/ws/prices?symbols=AAPL', headers)).toMatchObject({ status: 422, code: 'invalid_request' });
    expect(await refused('/ws/prices', {})).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
    for (const path of ['//', '/ws/other', '/']) {
      expect(await refused(path, headers)).toMatchObject({ status: 404, code: 'not_found' });
    }
  });

  test('counts wrong keys by the address behind the proxy, beside those of other requests', async () => {
    const proxied = await startTestApi({ trustProxy: 1 });
    try {
      const from = (address: string) => ({ authorization: 'Bearer fsh_wrong', 'x-forwarded-for': address });
      const knock = async (address: string) => (await refused('/ws/prices', from(address), proxied.url)).status;
      for (let i = 0; i < 30; i++) expect(await knock('203.0.113.7')).toBe(401);
      expect([await knock('203.0.113.7'), await knock('203.0.113.8')]).toEqual([429, 401]);
      const headers = from('203.0.113.7');
      const { status, body } = await proxied.ask(null, 'GET /api/v1/me', { headers });
      expect([status, body.code]).toEqual([429, 'too_many_failures']);
      // Whoever has a right key behind the same address isn't kept out, by a key, a browser's session or signing in.
      const there = { 'x-forwarded-for': '203.0.113.7' };
      expect((await proxied.ask('user', 'GET /api/v1/me', { headers: there })).status).toBe(200);
      const signedIn = await proxied.ask(null, 'POST /api/v1/session', {
        body: { key: proxied.keys.support },
        headers: there,
      });
      expect(signedIn.status).toBe(200);
      const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
      expect((await proxied.ask(null, 'GET /api/v1/me', { headers: { ...there, cookie } })).status).toBe(200);
      const guessed = { body: { key: 'fsh_guessed' }, headers: there };
      expect((await proxied.ask(null, 'POST /api/v1/session', guessed)).body).toMatchObject({
        code: 'too_many_failures',
      });
    } finally {
      await proxied.stop();
    }
  });

  async function refused(
    path: string,
    headers: Record<string, string>,
    url = api.url,
  ): Promise<Record<string, unknown>> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, { headers });
    const response = await new Promise<IncomingMessage>((resolve) => {
      socket.once('unexpected-response', (_request, answered) => resolve(answered));
      socket.once('error', () => {});
    });
    return { ...((await json(response)) as object), headers: response.headers };
  }
});
