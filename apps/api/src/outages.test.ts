import { createLogger } from '@freshet/runtime';
import { eventually, ownPostgres, ownRedis, type OwnServer } from '@freshet/testing';
import type { RefreshAccepted } from '@freshet/contracts';
import { GENEROUS, startTestApi, type TestApi } from './api.fixture.ts';

const PRICES = 'POST /api/v1/manual/refresh/prices';

describe('while Redis is away', () => {
  let redis: OwnServer;
  let api: TestApi;
  const warnings: string[] = [];
  const write = (line: string) => {
    const { level, msg } = JSON.parse(line) as { level: string; msg: string };
    if (level === 'warn') warnings.push(msg);
  };
  beforeAll(async () => {
    redis = await ownRedis();
    const log = createLogger({ name: 'api', level: 'info', to: { write } });
    api = await startTestApi({ limits: GENEROUS }, { redisUrl: redis.url, log });
  }, 60_000);
  afterAll(async () => {
    try {
      await api.stop();
    } finally {
      await redis.remove();
    }
  });

  test('refreshes are accepted, polled and cancelled all the same; only the queues are not told of', async () => {
    await redis.stop();
    const { status, body } = await api.ask<RefreshAccepted>('admin', PRICES, { body: { symbols: ['AWAY'] } });
    expect(status).toBe(202);
    expect((await api.ask('admin', `GET ${body.status_url}`)).body.status).toBe('queued');
    const { rows } = await api.api.pool.query('select rung_at from refreshes where id = $1', [body.refresh_id]);
    expect(rows).toEqual([{ rung_at: null }]);
    const queues = await api.ask('admin', 'GET /api/v1/queues');
    expect([queues.status, queues.body.code, queues.headers.get('retry-after')]).toEqual([503, 'unavailable', '5']);
    expect((await api.ask('admin', 'GET /api/v1/scheduler/status')).body.queue).toBeNull();
    const ready = await api.ask<{ ready: boolean; checks: Record<string, string> }>(null, 'GET /readyz');
    expect([ready.status, ready.body.checks.postgres]).toEqual([503, 'ok']);
    // What is not ready, and not where it is.
    expect(ready.body.checks.redis).toMatch(/^(not ready|no answer within 2000 ms)$/);
    expect(ready.text).not.toContain(String(redis.port));
    expect((await api.ask(null, 'GET /livez')).status).toBe(200);
    expect((await api.ask('admin', `DELETE ${body.status_url}`)).body.cancelled).toBe(true);
  });

  test('the log isn’t told so by each request', async () => {
    warnings.length = 0;
    for (let n = 0; n < 20; n++) {
      expect((await api.ask('admin', PRICES, { body: { symbols: [`AWAY${n}`] } })).status).toBe(202);
      expect((await api.ask('admin', 'GET /api/v1/queues')).status).toBe(503);
    }
    expect(warnings.length).toBeLessThanOrEqual(5);
  });

  test('nothing needs a hand when it is back', async () => {
    await redis.start();
    await eventually(async () => expect((await api.ask(null, 'GET /readyz')).status).toBe(200), { withinMs: 15_000 });
    const { body } = await api.ask<RefreshAccepted>('admin', PRICES, { body: { symbols: ['BACK'] } });
    await eventually(async () => expect(await api.api.producer.missingRefreshes([body.refresh_id])).toEqual([]));
  });
});

test('while Postgres takes connections and says nothing, requests are told so within ten seconds, however many there are', async () => {
  const postgres = await ownPostgres();
  const api = await startTestApi({ limits: GENEROUS }, { databaseUrl: postgres.url });
  const post = (symbol: string, headers?: Record<string, string>) =>
    api.ask('user', PRICES, { body: { symbols: [symbol] }, headers });
  try {
    expect((await post('BEFORE')).status).toBe(202);
    postgres.pause();
    const began = performance.now();
    const refused = await Promise.all([
      post('HANGS', { 'idempotency-key': 'hangs' }),
      // More than there are connections, so that some wait for one.
      ...Array.from({ length: 20 }, (_, i) => post(`HANGS${i}`)),
    ]);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(new Set(refused.map(({ status, body }) => `${status} ${String(body.code)}`))).toEqual(
      new Set(['503 unavailable']),
    );
    postgres.resume();
    await eventually(async () => expect((await post('AFTER')).status).toBe(202), { withinMs: 15_000 });
  } finally {
    postgres.resume();
    await api.stop().finally(() => postgres.remove());
  }
}, 60_000);

test('while Postgres is away requests are told to come back, and served when it is back', async () => {
  const postgres = await ownPostgres();
  const api = await startTestApi({ limits: GENEROUS }, { databaseUrl: postgres.url });
  try {
    await postgres.stop();
    const refused = await api.ask('admin', PRICES, { body: { symbols: ['AWAY'] } });
    expect([refused.status, refused.body.code]).toEqual([503, 'unavailable']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.text).not.toMatch(/ECONNREFUSED|postgres|5432/i);
    await postgres.start();
    await eventually(
      async () => expect((await api.ask('admin', PRICES, { body: { symbols: ['AWAY'] } })).status).toBe(202),
      { withinMs: 15_000 },
    );
  } finally {
    await api.stop().finally(() => postgres.remove());
  }
}, 60_000);
