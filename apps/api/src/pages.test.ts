import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROBLEM_CODES } from '@freshet/contracts';
import { type OperationKey, operations } from '@freshet/contracts/api';
import { createApp } from './app.ts';
import { GENEROUS, startTestApi, type TestApi } from './api.fixture.ts';

let api: TestApi;
let dashboard: string;
beforeAll(async () => {
  dashboard = await mkdtemp(join(tmpdir(), 'freshet-dashboard-'));
  await mkdir(join(dashboard, 'assets'));
  await writeFile(join(dashboard, 'index.html'), '<!doctype html><title>Freshet</title>');
  await writeFile(join(dashboard, 'assets', 'app-1234.js'), 'let a;'.repeat(1_000));
  api = await startTestApi({ limits: GENEROUS, dashboardDir: dashboard });
});
afterAll(async () => {
  await api.stop();
  await rm(dashboard, { recursive: true });
});

/** Signs in as a browser would; its cookie. */
async function signIn(role: 'admin' | 'support' | 'user'): Promise<string> {
  const { status, headers } = await api.ask(null, 'POST /api/v1/session', { body: { key: api.keys[role] } });
  expect(status).toBe(200);
  const cookie = headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/^freshet_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
  return cookie.split(';')[0] ?? '';
}

describe('a browser', () => {
  test('signs in with a key, and out', async () => {
    const cookie = await signIn('user');
    const headers = { cookie, 'sec-fetch-site': 'same-origin' };
    expect((await api.ask(null, 'GET /api/v1/session', { headers })).body.role).toBe('user');
    expect((await api.ask(null, 'DELETE /api/v1/session', { headers })).status).toBe(204);
    expect((await api.ask(null, 'GET /api/v1/session', { headers })).status).toBe(401);
    expect((await api.ask(null, 'POST /api/v1/session', { body: { key: 'fsh_wrong' } })).status).toBe(401);
  });

  test('writes only from our own pages', async () => {
    const cookie = await signIn('admin');
    const write = (site: Record<string, string>) =>
      api.ask(null, 'POST /api/v1/manual/refresh/prices', {
        body: { symbols: ['AAPL'] },
        headers: { cookie, ...site },
      });
    expect((await write({ 'sec-fetch-site': 'same-origin' })).status).toBe(202);
    for (const site of ['cross-site', 'same-site', 'none']) {
      expect((await write({ 'sec-fetch-site': site })).body.code).toBe('cross_site');
    }
    expect((await write({})).body.code).toBe('cross_site');
  });

  test('fetches from our own pages or by somebody’s own typing, and not because another page wants it', async () => {
    const cookie = await signIn('user');
    const fetched = async (site: Record<string, string>, path = 'fetch/TSLA?force_refresh=true') =>
      (await api.ask(null, `GET /api/v1/market-data/${path}`, { headers: { cookie, prefer: 'wait=0', ...site } }))
        .status;
    for (const site of ['cross-site', 'same-site']) expect(await fetched({ 'sec-fetch-site': site })).toBe(403);
    expect(await fetched({})).toBe(403);
    for (const site of ['same-origin', 'none']) expect(await fetched({ 'sec-fetch-site': site })).toBe(202);
    // What only reads starts nothing.
    expect(await fetched({ 'sec-fetch-site': 'cross-site' }, 'latest?symbols=TSLA')).toBe(200);
  });

  test('that only looks (HEAD) starts no refresh and uses up no link', async () => {
    const refreshes = async () => (await api.api.pool.query('select from refreshes')).rowCount;
    const before = await refreshes();
    const look = (await api.ask('user', 'HEAD /api/v1/market-data/fetch/LOOKED?force_refresh=true')).status;
    expect([look, await refreshes()]).toEqual([404, before]);
    const { body } = await api.ask<{ path: string }>('admin', 'POST /api/v1/session/links');
    const head = await api.ask(null, `HEAD ${body.path}`);
    expect([head.status, head.headers.get('set-cookie')]).toEqual([200, null]);
    expect((await api.ask(null, `GET ${body.path}`)).status).toBe(302);
  });

  test('is signed in twenty times at most, and the oldest session is over then', async () => {
    const cookies: string[] = [];
    for (let i = 0; i < 22; i++) cookies.push(await signIn('support'));
    const isIn = async (cookie = '') =>
      (await api.ask(null, 'GET /api/v1/session', { headers: { cookie } })).status === 200;
    expect(await Promise.all([0, 1, 2, 21].map((i) => isIn(cookies[i])))).toEqual([false, false, true, true]);
    for (let i = 0; i < 22; i++) await api.ask('support', 'POST /api/v1/session/links');
    const { rows } = await api.api.pool.query(
      `select s.kind, count(*)::int as n from sessions s join api_keys k on k.id = s.key_id where k.role = 'support' group by 1 order by 1`,
    );
    expect(rows).toEqual([
      { kind: 'link', n: 20 },
      { kind: 'session', n: 20 },
    ]);
  });

  test('is signed in once by a link', async () => {
    const { body } = await api.ask<{ url: string; path: string }>('admin', 'POST /api/v1/session/links');
    const first = await api.ask(null, `GET ${body.path}`);
    expect([first.status, first.headers.get('location')]).toEqual([302, '/']);
    const cookie = (first.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    expect((await api.ask(null, 'GET /api/v1/session', { headers: { cookie } })).body.role).toBe('admin');
    const again = await api.ask(null, `GET ${body.path}`);
    expect([again.status, again.headers.get('set-cookie')]).toEqual([403, null]);
  });

  test('gets a link to where it is, behind a proxy that is believed to where that is', async () => {
    const forwarded = { 'x-forwarded-host': 'prices.example.com', 'x-forwarded-proto': 'https' };
    const link = async (of: typeof api) =>
      (await of.ask<{ url: string }>('admin', 'POST /api/v1/session/links', { headers: forwarded })).body.url;
    expect(await link(api)).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/sign-in\?token=/);
    const proxied = await startTestApi({ trustProxy: 1 });
    try {
      expect(await link(proxied)).toMatch(/^https:\/\/prices\.example\.com\/sign-in\?token=/);
    } finally {
      await proxied.stop();
    }
  });

  test('gets the dashboard with a policy, its assets for a year', async () => {
    const page = await api.ask(null, 'GET /', { headers: { accept: 'text/html' } });
    expect([page.status, page.text]).toEqual([200, '<!doctype html><title>Freshet</title>']);
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'self'.*frame-ancestors 'none'/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    const asset = await api.ask(null, 'GET /assets/app-1234.js');
    expect(asset.headers.get('cache-control')).toMatch(/immutable/);
    expect(asset.headers.get('content-encoding')).toBe('gzip');
    expect((await api.ask(null, 'GET /assets/none.js')).status).toBe(404);
    expect((await api.ask(null, 'GET /../../package.json')).status).toBe(404);
  });

  test('that goes astray is told so, as a program is', async () => {
    for (const path of ['/nothing', '/portfolios/pf_1', '/api', '/api/v1', '//api/v1/me', '/assets', '/docs/nothing']) {
      const { status, headers } = await api.ask(null, `GET ${path}`, { headers: { accept: 'text/html, */*' } });
      expect([path, status, headers.get('content-type')]).toEqual([path, 404, 'application/problem+json']);
    }
    for (const path of ['/', '/docs', '/openapi.json', '/problems', '/sign-in']) {
      const { status, headers, body } = await api.ask(null, `POST ${path}`);
      expect([path, status, body.code, headers.get('allow')]).toEqual([
        path,
        405,
        'method_not_allowed',
        'HEAD, GET, OPTIONS',
      ]);
    }
  });
});

describe('Bull Board', () => {
  const board = (role: 'admin' | 'support' | 'user' | null, what = 'GET /admin/queues') => api.ask(role, what);

  test('is shown to admin and support, to nobody else', async () => {
    const answers = await Promise.all([board('admin'), board('support'), board('user'), board(null)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 403, 401]);
    expect((await api.ask(null, 'GET /admin/queues', { headers: { accept: 'text/html' } })).status).toBe(302);
  });

  test('answers OPTIONS as everything does, and counts it as no write', async () => {
    for (const [path, allow] of [
      ['/admin/queues', 'HEAD, GET, OPTIONS'],
      ['/admin/queues/queue/refresh', 'HEAD, GET, OPTIONS'],
      ['/admin/queues/api/queues', 'HEAD, GET, PUT, POST, PATCH, OPTIONS'],
    ]) {
      const { status, headers, text } = await board('admin', `OPTIONS ${path}`);
      expect([path, status, headers.get('allow'), text]).toEqual([path, 204, allow, '']);
    }
    const { rows } = await api.api.pool.query(`select subject from audit_log where action = 'queues.changed'`);
    expect(rows).toEqual([]);
  });

  test('is written to by admins alone, and that is in the audit log', async () => {
    const pause = 'PUT /admin/queues/api/queues/refresh/pause';
    expect((await board('support', pause)).status).toBe(403);
    const cookie = await signIn('admin');
    expect((await api.ask(null, pause, { headers: { cookie, 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    expect((await board('admin', pause)).status).toBe(200);
    expect((await board('admin', 'PUT /admin/queues/api/queues/refresh/resume')).status).toBe(200);
    const { rows } = await api.api.pool.query(
      `select subject from audit_log where action = 'queues.changed' order by id`,
    );
    expect(rows[0].subject).toMatch(/PUT .*pause/);
  });
});

describe('OpenAPI', () => {
  type Described = {
    summary?: string;
    responses?: object;
    operationId?: string;
    parameters?: { in: string; name: string }[];
  };
  let document: {
    openapi: string;
    paths: Record<string, Record<string, Described>>;
    components: { responses: object };
    'x-problems': object;
  };
  beforeAll(async () => {
    document = (await api.ask<typeof document>(null, 'GET /openapi.json')).body;
  });

  test('describes every route that the router has, and nothing else', () => {
    const app = createApp(api.api);
    const routes = app.router.stack.flatMap(({ route }) => {
      if (!route || typeof route.path !== 'string') return [];
      const methods = route.stack.map(({ method }) => method).filter(Boolean);
      // Those that answer every method say which ones work: 405.
      if (methods.length > 10) return [];
      return methods.map((method) => `${method} ${route.path.replaceAll(/:(\w+)/g, '{$1}')}`);
    });
    const pages = /^get \/(docs.*|openapi\.json|problems|sign-in)$/;
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(routes.filter((route) => !pages.test(route)).sort()).toEqual(described.sort());
  });

  test('is 3.1, with a summary, answers and its path parameters for each operation, and no id twice', () => {
    expect(document.openapi).toBe('3.1.0');
    const ids = new Set<string>();
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, described] of Object.entries(methods)) {
        const name = `${method} ${path}`;
        expect([name, (described.summary ?? '').length > 3]).toEqual([name, true]);
        expect([name, Object.keys(described.responses ?? {})]).toEqual([name, expect.arrayContaining(['default'])]);
        const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
        const told = (described.parameters ?? []).filter((each) => each.in === 'path').map((each) => each.name);
        expect([name, told.sort()]).toEqual([name, inPath.sort()]);
        expect([name, ids.has(described.operationId ?? '')]).toEqual([name, false]);
        ids.add(described.operationId ?? '');
      }
    }
  });

  test('has an alias under /api for all of market data and of the scheduler', () => {
    for (const key of Object.keys(operations) as OperationKey[]) {
      const [method = '', path = ''] = key.split(' ');
      if (!/^\/api\/v1\/(market-data|scheduler)\//.test(path)) continue;
      const alias = document.paths[path.replace('/api/v1/', '/api/')];
      expect([key, alias?.[method.toLowerCase()] !== undefined]).toEqual([key, true]);
    }
  });

  test('tells of every header that is listened to, and of every code in the answers that carry it', () => {
    const prices = document.paths['/api/v1/manual/refresh/prices']?.post;
    const named = (prices?.parameters ?? []).filter((each) => each.in === 'header').map(({ name }) => name);
    expect(named.sort()).toEqual(['Idempotency-Key', 'Prefer', 'X-Request-Id']);
    const answers = JSON.stringify([document.paths, document.components.responses]);
    // A wrong method and the WebSocket's address are no operation, nor comes to one what can't be read to its end: none of it stands in
    // the answers of any.
    const ofNone = ['method_not_allowed', 'upgrade_required', 'headers_too_large', 'request_timeout'];
    for (const code of PROBLEM_CODES.filter((each) => !ofNone.includes(each))) {
      expect([code, answers.includes(`\`${code}\``)]).toEqual([code, true]);
    }
  });

  test('refers to nothing that is not in it', () => {
    const text = JSON.stringify(document);
    const references = new Set([...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path));
    expect(references.size).toBeGreaterThan(30);
    for (const path of references) {
      const found = path
        .split('/')
        .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], document);
      expect([path, found !== undefined]).toEqual([path, true]);
    }
  });

  test('names every problem code', () => {
    expect(Object.keys(document['x-problems'])).toEqual(PROBLEM_CODES);
  });

  test('is browsed at /docs without anything from elsewhere', async () => {
    const page = await api.ask(null, 'GET /docs');
    expect(page.status).toBe(200);
    expect(page.text).not.toMatch(/https?:\/\//);
    for (const [, asset] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect([asset, (await api.ask(null, `GET ${asset}`)).status]).toEqual([asset, 200]);
    }
  });

  test('has the same paths as the catalogue', () => {
    for (const key of Object.keys(operations) as OperationKey[]) {
      const [method = '', path = ''] = key.split(' ');
      expect([key, document.paths[path]?.[method.toLowerCase()] !== undefined]).toEqual([key, true]);
    }
  });
});

test('health is open, metrics are not', async () => {
  expect((await api.ask(null, 'GET /livez')).text).toBe('ok\n');
  // What nobody keeps has nothing that a 304 could stand for.
  expect((await api.ask(null, 'GET /livez', { headers: { 'if-none-match': '*' } })).status).toBe(200);
  expect((await api.ask(null, 'GET /readyz')).body).toMatchObject({
    ready: true,
    checks: { postgres: 'ok', redis: 'ok' },
  });
  expect((await api.ask(null, 'GET /metrics')).status).toBe(401);
  const { text } = await api.ask('support', 'GET /metrics');
  expect(text).toMatch(/^freshet_http_requests_total\{/m);
  expect(text).not.toMatch(/fsh_|usr_|key_/);
});
