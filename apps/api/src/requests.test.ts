import { once } from 'node:events';
import { connect } from 'node:net';
import { type Problem, PROBLEMS } from '@freshet/contracts';
import { createKey, revokeKey } from '@freshet/store';
import { createLogger } from '@freshet/runtime';
import { GENEROUS, startTestApi, type TestApi } from './api.fixture.ts';
import { storeQuote } from './ended.fixture.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ limits: GENEROUS });
});
afterAll(() => api.stop());

const PRICES = 'POST /api/v1/manual/refresh/prices';

describe('a request that is wrong', () => {
  test.each([
    ['an empty list', { symbols: [] }, '/symbols'],
    ['a symbol of the wrong type', { symbols: ['AAPL', 5] }, '/symbols/1'],
    ['what is no symbol', { symbols: ['AAPL', 'not a symbol'] }, '/symbols/1'],
    ['a list of the wrong type', { symbols: 'AAPL' }, '/symbols'],
    ['an unknown field', { symbols: ['AAPL'], colour: 'red' }, '/colour'],
    ['an unknown mode', { mode: 'lazy' }, '/mode'],
    ['a negative age', { max_age_s: -1 }, '/max_age_s'],
    ['a deadline of no time', { deadline_s: 0 }, '/deadline_s'],
    ['501 symbols', { symbols: Array.from({ length: 501 }, (_, i) => `S${i}`) }, '/symbols'],
    ['10,000 symbols', { symbols: Array.from({ length: 10_000 }, (_, i) => `SYM${i}`) }, '/symbols'],
    ['a key that is a prototype', JSON.parse('{"__proto__": {"mode": "full"}}'), '/__proto__'],
    ['an array', [], ''],
    ['null', null, ''],
  ])('with %s is told where, by a JSON pointer', async (_, body, pointer) => {
    const { status, body: problem, headers } = await api.ask<Problem>('admin', PRICES, { body });
    expect(status).toBe(422);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(problem.code).toBe('invalid_request');
    expect(problem.errors?.map((error) => error.pointer)).toContain(pointer);
  });

  test('with a body that is not JSON is 400, whatever else it is', async () => {
    for (const raw of ['{bad', '{"a":}', '[1,2', 'hello', '{"symbols":["AAPL"]']) {
      const { status, body } = await api.ask('admin', PRICES, { raw });
      expect([status, body.code]).toEqual([400, 'invalid_json']);
    }
  });

  test('in letters of another encoding is no JSON either, and nothing of it is kept', async () => {
    const { status, body } = await api.ask('admin', 'POST /api/v1/watchlists', {
      raw: Buffer.from('{"name":"Müller"}', 'latin1'),
    });
    expect([status, body.code, body.detail]).toEqual([
      400,
      'invalid_json',
      'The body is not UTF-8. Send JSON in UTF-8.',
    ]);
  });

  test('that begins with a byte order mark, as Windows writes it, is read without it', async () => {
    const { status, body } = await api.ask('admin', 'POST /api/v1/users', { raw: '\ufeff{"name":"Windows"}' });
    expect([status, body.name]).toEqual([201, 'Windows']);
  });

  test('with another kind of body is 415, a compressed one too', async () => {
    const { status } = await api.ask('admin', PRICES, { raw: 'a=b', headers: { 'content-type': 'text/plain' } });
    const compressed = await api.ask('admin', PRICES, { raw: '{}', headers: { 'content-encoding': 'gzip' } });
    expect([status, compressed.status]).toEqual([415, 415]);
    const plain = await api.ask('admin', PRICES, { raw: '{"x":1}', headers: { 'content-encoding': 'Identity' } });
    expect(plain.status).toBe(422);
  });

  test('with a body where none is taken is told so, and with an empty one is served', async () => {
    const none = ['POST /api/v1/scheduler/start', 'POST /api/v1/failed/retry-all', 'DELETE /api/v1/failed'];
    for (const what of none) {
      const broken = await api.ask('admin', what, { raw: '{nope' });
      expect([what, broken.status, broken.body.code]).toEqual([what, 400, 'invalid_json']);
      const { status, body } = await api.ask<Problem>('admin', what, { body: { foo: 1 } });
      expect([what, status, body.errors]).toEqual([what, 422, [{ pointer: '/foo', detail: 'there is no such field' }]]);
      for (const options of [{}, { body: {} }])
        expect((await api.ask('admin', what, options)).status).toBeLessThan(300);
    }
  });

  test('is told what would be right, where it may be written in two ways', async () => {
    const day = await api.ask<Problem>('admin', 'GET /api/v1/market-data/historical/AAPL?from=2026-11-31');
    expect([day.status, day.body.detail]).toEqual([
      422,
      'from: is neither a day, such as 2026-11-30, nor a moment, such as 2026-11-30T15:00:00Z',
    ]);
    const early = await api.ask<Problem>('admin', 'GET /api/v1/market-data/historical/AAPL?from=0000-01-01');
    expect(early.body.detail).toBe('from: is before the year 1');
    const { body: made } = await api.ask('admin', 'POST /api/v1/portfolios', { body: { name: 'Two ways' } });
    const holding = { symbol: 'AAPL', quantity: true, target_weight: 'half' };
    const path = `POST /api/v1/portfolios/${String(made.portfolio_id)}/holdings`;
    const { body } = await api.ask<Problem>('admin', path, { body: holding });
    expect(body.errors).toEqual([
      { pointer: '/quantity', detail: 'is not a decimal of 0 or more, such as "12.5"' },
      { pointer: '/target_weight', detail: 'is not a share from 0 to 1, such as 0.25' },
    ]);
  });

  test('with half a megabyte is 413, and with thousands of nested arrays is not recursed into', async () => {
    const large = await api.ask('admin', PRICES, { raw: `{"reason":"${'x'.repeat(500_000)}"}` });
    expect([large.status, large.body.code]).toEqual([413, 'body_too_large']);
    // In chunks, so that no header says beforehand how large it is.
    const body = ReadableStream.from(Array.from({ length: 50 }, () => Buffer.alloc(10_000, ' ')));
    const headers = { authorization: `Bearer ${api.keys.admin}`, 'content-type': 'application/json' };
    const path = `${api.url}/api/v1/manual/refresh/prices`;
    const chunked = await fetch(path, { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
    expect([chunked.status, ((await chunked.json()) as Problem).code]).toEqual([413, 'body_too_large']);
    const deep = await api.ask('admin', PRICES, { raw: '['.repeat(30_000) + ']'.repeat(30_000) });
    expect([deep.status, deep.body.code]).toEqual([422, 'invalid_request']);
  });

  test('much too large is told so even to who sends it all before reading', async () => {
    const size = 8_000_000;
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1').pause();
    const head = `POST /api/v1/manual/refresh/prices HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${api.keys.admin}\r\n`;
    socket.write(`${head}content-type: application/json\r\ncontent-length: ${size}\r\n\r\n`);
    await new Promise<void>((sent, failed) => {
      socket.once('error', failed).write(Buffer.alloc(size, 'x'), () => sent());
    });
    const [first] = (await once(socket.resume(), 'data')) as [Buffer];
    socket.destroy();
    expect(first.toString()).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('to no route is 404, with the wrong method 405 and what is allowed', async () => {
    const nowhere = await api.ask('admin', 'GET /api/v1/nothing');
    expect([nowhere.status, nowhere.body.code]).toEqual([404, 'not_found']);
    for (const path of ['/API/V1/me', '/api/v1/Me', '/Admin/queues', '/LIVEZ', '/WS/prices']) {
      const { status, body } = await api.ask('admin', `GET ${path}`);
      expect([path, status, body.code]).toEqual([path, 404, 'not_found']);
    }
    const wrong = await api.ask('admin', 'PUT /api/v1/refreshes/ref_1');
    expect([wrong.status, wrong.body.code]).toEqual([405, 'method_not_allowed']);
    expect(wrong.headers.get('allow')).toBe('HEAD, GET, DELETE, OPTIONS');
    expect((await api.ask('admin', 'GET /api/v1/market-data/latest/%E0%A4%A')).status).toBe(404);
    // Each of these looks like an id of the addresses beside it, which have other methods.
    for (const path of ['refreshes/estimate', 'manual/refresh/prices', 'market-data/fetch/batch']) {
      for (const method of ['GET', 'HEAD', 'DELETE', 'PUT', 'OPTIONS']) {
        const { status, headers } = await api.ask('admin', `${method} /api/v1/${path}`);
        const expected = [method, path, method === 'OPTIONS' ? 204 : 405, 'POST, OPTIONS'];
        expect([method, path, status, headers.get('allow')]).toEqual(expected);
      }
    }
  });

  test('to a symbol that is called like an address beside it is about the symbol', async () => {
    for (const symbol of ['BATCH', 'ASYNC']) {
      await storeQuote(api, symbol, 7);
      const { status, body } = await api.ask('admin', `GET /api/v1/market-data/fetch/${symbol}`);
      expect([status, body.symbol, body.price]).toEqual([200, symbol, 7]);
      const posted = await api.ask('admin', `POST /api/v1/market-data/fetch/${symbol.toLowerCase()}`, { body: {} });
      expect([posted.status, posted.body.code]).toEqual([422, 'invalid_request']);
    }
  });

  const CHUNKED = 'POST /api/v1/manual/refresh/prices HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n';
  test.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'invalid_header'],
    ['a method that does not exist', 'FETCH /api/v1/me HTTP/1.1\r\nhost: x\r\n\r\n', 400, 'invalid_header'],
    ['HTTP/1.1 to no host', 'GET /api/v1/me HTTP/1.1\r\n\r\n', 400, 'invalid_header'],
    ['a chunk of no size', `${CHUNKED}zz\r\n`, 400, 'invalid_header'],
    ['headers without end', `GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
    ['chunks full of extensions', `${CHUNKED}1;${'y'.repeat(20_000)}\r\n`, 413, 'body_too_large'],
    ['a tunnel to elsewhere', 'CONNECT x:443 HTTP/1.1\r\nhost: x\r\n\r\n', 405, 'method_not_allowed'],
  ])('that is %s is a problem like any other', async (_, sent, status, code) => {
    const text = await answerTo(sent);
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    for (const header of [
      'content-type: application/problem+json',
      'x-content-type-options: nosniff',
      'connection: close',
    ])
      expect(text.toLowerCase()).toContain(header);
    expect(text.match(/HTTP\/1/g)).toHaveLength(1);
    expect(JSON.parse(text.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status, code });
  });

  test('that follows a stream on its connection ends that, and nothing is written into it', async () => {
    const authorization = `authorization: Bearer ${api.keys.user}`;
    const stream = `GET /events/price-updates?symbols=AAPL HTTP/1.1\r\nhost: x\r\n${authorization}\r\n\r\n`;
    const text = await answerTo(stream, 'hello\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 200 [^]*event-stream/);
    expect(text).not.toContain('invalid_header');
  });

  test.each([
    ['a POST', 'POST', 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==', 405, 'method_not_allowed'],
    ['one without its key', 'GET', 'x: y', 400, 'invalid_header'],
  ])('that is no handshake of a WebSocket is a problem too: %s', async (_, method, header, status, code) => {
    const text = await answerTo(
      `${method} /ws/prices HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${api.keys.user}\r\nconnection: upgrade\r\n` +
        `upgrade: websocket\r\nsec-websocket-version: 13\r\n${header}\r\n\r\n`,
    );
    expect(JSON.parse(text.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status, code });
  });

  test('for the address of the WebSocket without an upgrade says what is missing', async () => {
    const { status, body, headers } = await api.ask('user', 'GET /ws/prices');
    expect([status, body.code, headers.get('upgrade')]).toEqual([426, 'upgrade_required', 'websocket']);
  });

  test('that comes drop by drop is given up in time', async () => {
    const began = performance.now();
    const text = await answerTo('GET /api/v1/me HTTP/1.1\r\nhost: x\r\n', 'x: y\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 408 [^]*"code":"request_timeout"/);
    // 10 s are what headers may take; Node looks of itself each 30 s only.
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  test('with an unknown or doubled query parameter says which', async () => {
    const unknown = await api.ask<Problem>('admin', 'GET /api/v1/refreshes?colour=red');
    expect([unknown.status, unknown.body.errors?.[0]?.parameter]).toEqual([422, 'colour']);
    const doubled = await api.ask<Problem>('admin', 'GET /api/v1/refreshes?limit=5&limit=6');
    expect([doubled.status, doubled.body.errors?.[0]?.parameter]).toEqual([422, 'limit']);
    const cursor = await api.ask<Problem>('admin', 'GET /api/v1/refreshes?cursor=nonsense');
    expect([cursor.status, cursor.body.errors?.[0]?.parameter]).toEqual([422, 'cursor']);
  });

  test('with what is no whole number in its query is told so, and an empty one is not taken for 0', async () => {
    for (const wrong of ['', '%20', '0x10', '1e2', '1.5', 'ten', '-1', '604801', '9'.repeat(400)]) {
      const { status, body } = await api.ask<Problem>('admin', `GET /api/v1/market-data/fetch/AAPL?max_age_s=${wrong}`);
      const detail = 'is not a whole number from 0 to 604800';
      expect([wrong, status, body.errors]).toEqual([wrong, 422, [{ parameter: 'max_age_s', detail }]]);
    }
  });

  test('without what is needed is told what is missing', async () => {
    const watchlist = await api.ask<Problem>('admin', 'POST /api/v1/watchlists', { body: {} });
    expect(watchlist.body.errors).toEqual([{ pointer: '/name', detail: 'is missing' }]);
    const latest = await api.ask<Problem>('admin', 'GET /api/v1/market-data/latest');
    expect(latest.body.errors).toEqual([{ parameter: 'symbols', detail: 'is missing' }]);
  });

  test('never gets a stack trace, and always its request id', async () => {
    const { text, headers, body } = await api.ask('admin', PRICES, {
      raw: '{bad',
      headers: { 'x-request-id': 'mine-1' },
    });
    expect(text).not.toMatch(/\bat \/|node_modules|\.ts:/);
    expect([headers.get('x-request-id'), body.request_id]).toEqual(['mine-1', 'mine-1']);
    const { headers: other } = await api.ask('admin', 'GET /livez', { headers: { 'x-request-id': 'evil id {}' } });
    expect(other.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

test.each([
  [
    'an offer of HTTP/2, as Java and curl --http2 make it',
    'connection: upgrade, close, http2-settings\r\nupgrade: h2c',
  ],
  ['an expectation that nobody knows', 'connection: close\r\nexpect: the-unexpected'],
])('%s is passed over', async (_, headers) => {
  const text = await answerTo(
    `GET /api/v1/me HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${api.keys.user}\r\n${headers}\r\n\r\n`,
  );
  expect(text).toMatch(/^HTTP\/1\.1 200 /);
  expect(text).toContain(api.userId);
});

/** What comes back for these bytes until the connection ends; with a `drop`, one more each second. */
async function answerTo(sent: string, drop?: string): Promise<string> {
  const { port, hostname } = new URL(api.url);
  const socket = connect(Number(port), hostname, () => socket.write(sent));
  const dripping = drop && setInterval(() => socket.write(drop), 1_000);
  try {
    return await new Promise((resolve, reject) => {
      let heard = '';
      socket.on('data', (chunk) => (heard += String(chunk)));
      socket.once('close', () => resolve(heard));
      socket.once('error', reject);
    });
  } finally {
    if (dripping) clearInterval(dripping);
  }
}

test('every line that the log has of a request carries its id, whose it was and which refresh it began, and never the key', async () => {
  const lines: { request_id?: string; refresh_id?: string; key_id?: string; path?: string; status?: number }[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line) as object);
  const talks = await startTestApi(
    { limits: GENEROUS },
    { log: createLogger({ name: 'api', level: 'debug', to: { write } }) },
  );
  try {
    const headers = { 'x-request-id': 'seen-1' };
    await talks.ask('admin', PRICES, { body: { symbols: ['AAPL'] }, headers });
    await talks.ask('admin', PRICES, { raw: '{bad', headers });
    await talks.ask('user', 'GET /api/v1/me', { headers });
    await talks.ask({ key: 'fsh_wrong' }, 'GET /api/v1/me', { headers });
    const seen = lines.filter(({ path }) => path !== undefined);
    expect(seen.map(({ request_id: id, status }) => [id, status])).toEqual(
      [202, 400, 200, 401].map((s) => ['seen-1', s]),
    );
    expect(seen.map(({ key_id: id }) => id !== undefined)).toEqual([true, true, true, false]);
    const { rows } = await talks.api.pool.query('select id, request_id from refreshes');
    expect(rows).toEqual([{ id: seen[0]?.refresh_id, request_id: 'seen-1' }]);
    expect(JSON.stringify(lines)).not.toContain('fsh_');
  } finally {
    await talks.stop();
  }
});

describe('a key', () => {
  test('that is missing, wrong, malformed, revoked or expired is told one and the same', async () => {
    const made = await createKey(api.api.pool, { userId: api.userId, role: 'user', name: 'to revoke' });
    expect((await api.ask({ key: made.secret }, 'GET /api/v1/me')).status).toBe(200);
    await revokeKey(api.api.pool, made.id, null);
    api.api.gate.forget(made.id);
    const expired = await createKey(api.api.pool, {
      userId: api.userId,
      role: 'user',
      name: 'expired',
      expiresAt: new Date(Date.now() - 1_000),
    });
    const told = new Set<string>();
    for (const as of [null, { key: 'fsh_wrong' }, { key: made.secret }, { key: expired.secret }]) {
      const { status, body, headers } = await api.ask(as, 'GET /api/v1/me');
      expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      told.add(JSON.stringify({ ...body, request_id: '' }));
    }
    expect(told.size).toBe(1);
  });

  test('is hashed at rest and shown once', async () => {
    const { status, body } = await api.ask('admin', 'POST /api/v1/keys', {
      body: { name: 'robot', role: 'system', expires_in_s: 3600 },
      headers: { 'idempotency-key': 'make-robot' },
    });
    expect(status).toBe(201);
    const secret = String(body.secret);
    expect((await api.ask({ key: secret }, 'GET /api/v1/me')).body.role).toBe('system');
    const { rows } = await api.api.pool.query(
      `select (select json_agg(k) from api_keys k)::text || (select json_agg(k) from idempotency_keys k)::text as all`,
    );
    expect(rows[0].all).not.toContain(secret);
    expect((await api.ask('admin', 'GET /api/v1/keys?limit=200')).text).not.toContain(secret);
  });

  test('revoked through the API is refused from then on', async () => {
    const { body } = await api.ask('admin', 'POST /api/v1/keys', { body: { name: 'short', role: 'support' } });
    expect((await api.ask({ key: String(body.secret) }, 'GET /api/v1/me')).status).toBe(200);
    expect((await api.ask('admin', `DELETE /api/v1/keys/${String(body.key_id)}`)).status).toBe(204);
    expect((await api.ask({ key: String(body.secret) }, 'GET /api/v1/me')).status).toBe(401);
  });
});

test('every problem code has a title, a way out and a place on the page that explains them', async () => {
  const { text } = await api.ask(null, 'GET /problems');
  for (const [code, [status, title, todo]] of Object.entries(PROBLEMS)) {
    expect(text).toContain(`id="${code}"`);
    expect([status >= 400, title.length > 5, todo.length > 10]).toEqual([true, true, true]);
  }
});
