import type { Problem, RefreshAccepted } from '@freshet/contracts';
import { createKey, createUser } from '@freshet/store';
import { testRedis } from '@freshet/testing';
import { startTestApi, type TestApi } from './api.fixture.ts';
import { storeQuote } from './ended.fixture.ts';

/** What a POST may be told, either way. */
type Told = Partial<RefreshAccepted> & Omit<Partial<Problem>, 'status'>;

let api: TestApi;
let there: Awaited<ReturnType<TestApi['another']>>;
beforeAll(async () => {
  api = await startTestApi();
  there = await api.another();
});
afterAll(() => api.stop());

/** Each set of symbols is a scope of its own here, so that the cooldown stays out of it. */
const FETCH = 'POST /api/v1/market-data/fetch/async';
let people = 0;
/** A user whose limits nobody has touched. */
async function somebody(): Promise<{ key: string }> {
  const user = await createUser(api.api.pool, `Person ${++people}`);
  return { key: (await createKey(api.api.pool, { userId: user?.id ?? '', role: 'user', name: 'theirs' })).secret };
}
/** Of the last person's own, as whoever asks for the same as another joins them. */
const symbols = (i: number) => ({ body: { symbols: [`L${people}X${i}`] } });

test('a symbol that is added to a watchlist counts for its refresh; with the limit spent it is added all the same', async () => {
  const who = await somebody();
  const made = await api.ask<{ watchlist_id: string }>(who, 'POST /api/v1/watchlists', { body: { name: 'W' } });
  const add = (i: number) =>
    api.ask(who, `POST /api/v1/watchlists/${made.body.watchlist_id}/items`, {
      body: { stock_symbol: `W${people}X${i}` },
    });
  const told: unknown[] = [];
  for (let i = 0; i < 6; i++) {
    const { status, headers, body } = await add(i);
    told.push([status, /"burst";r=(\d)/.exec(headers.get('ratelimit') ?? '')?.[1], body.refresh_id !== null]);
  }
  expect(told).toEqual([...[4, 3, 2, 1, 0].map((left) => [201, String(left), true]), [201, undefined, false]]);
});

describe('what a user may create', () => {
  test('is 5 in 10 s, whichever api is asked and however many ask at once', async () => {
    const who = await somebody();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => (i % 2 ? api : there).ask<Problem>(who, FETCH, symbols(i))),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect([answers.filter(({ status }) => status === 202).length, refused.length]).toEqual([5, 7]);
    for (const { headers, body } of refused) {
      expect([body.code, body.violated]).toEqual(['rate_limited', 'burst']);
      const waitS = Number(headers.get('retry-after'));
      expect(waitS).toBeGreaterThanOrEqual(1);
      expect(waitS).toBeLessThanOrEqual(10);
      // What remains and when: never later than Retry-After promises.
      expect(headers.get('ratelimit')).toMatch(/"burst";r=0;t=\d+/);
    }
  });

  test('is told on answers that pass, too', async () => {
    const { headers } = await api.ask(await somebody(), FETCH, symbols(1));
    expect(headers.get('ratelimit-policy')).toBe('"hour";q=10;w=3600, "burst";q=5;w=10, "cooldown";q=1;w=60');
    expect(headers.get('ratelimit')).toMatch(/^"hour";r=9;t=3600, "burst";r=4;t=10, "cooldown";r=0;t=60$/);
  });

  test('is 10 in an hour, also over a restart and a wiped Redis', async () => {
    const who = await somebody();
    for (let i = 0; i < 10; i++) {
      expect((await api.ask(who, FETCH, symbols(i))).status).toBe(202);
      // The burst passes; the hour doesn't.
      await api.api.pool.query(`update refreshes set accepted_at = accepted_at - interval '11 seconds'`);
    }
    const redis = testRedis();
    const client = redis.client();
    const known = await client.keys(`${api.prefix}*`);
    expect(known.length).toBeGreaterThan(0);
    await client.del(...known);
    await redis.cleanup();
    const fresh = await api.another();
    const { status, body } = await fresh.ask<Problem>(who, FETCH, symbols(11));
    expect([status, body.violated]).toEqual([429, 'hour']);
  });

  test('of the same scope is one a minute, of another is not touched by that', async () => {
    const who = await somebody();
    const path = 'POST /api/v1/manual/refresh/portfolio/me';
    expect((await api.ask(who, path)).status).toBe(202);
    await api.api.pool.query(`update refreshes set status = 'success' where kind = 'portfolio'`);
    const again = await api.ask<Problem>(who, path);
    expect([again.status, again.body.violated]).toEqual([429, 'cooldown']);
    expect((await api.ask(who, FETCH, symbols(1))).status).toBe(202);
  });

  test('counts a request once, whatever it starts; refused, it starts nothing', async () => {
    const who = await somebody();
    const both = (i: number) =>
      there.ask<Told>(who, 'POST /api/v1/scheduler/refresh', {
        body: { symbols: [`BOTH${i}`], index: 'S&P 500', schedule: 'watchlist', max_age_s: i },
      });
    const first = await both(1);
    expect([first.status, first.body.also?.length]).toEqual([202, 1]);
    expect(first.headers.get('ratelimit')).toMatch(/^"hour";r=9/);
    const started = async () => (await api.api.pool.query('select from refreshes')).rowCount;
    const before = await started();
    expect((await both(2)).body).toMatchObject({ code: 'rate_limited', violated: 'cooldown' });
    expect(await started()).toBe(before);
    // Joining one of two makes the other no gift.
    await api.api.pool.query(`update refreshes set status = 'success' where kind = 'watchlist'`);
    expect([(await both(1)).body.coalesced, await started()]).toEqual([true, (before ?? 0) + 1]);
    const counted = await api.api.pool.query(`select from refreshes where counted and kind in ('group', 'watchlist')`);
    expect(counted.rowCount).toBe(2);
  });

  test('does not count what joins, what is replayed, what is refused and what is fresh already', async () => {
    const who = await somebody();
    const first = await api.ask<RefreshAccepted>(who, FETCH, {
      ...symbols(77),
      headers: { 'idempotency-key': 'once' },
    });
    for (let i = 0; i < 12; i++) {
      const joined = await there.ask<RefreshAccepted>(who, FETCH, symbols(77));
      expect([joined.status, joined.body.coalesced]).toEqual([202, true]);
      const replay = await api.ask(who, FETCH, { ...symbols(77), headers: { 'idempotency-key': 'once' } });
      expect([replay.status, replay.body.refresh_id]).toEqual([202, first.body.refresh_id]);
      expect((await api.ask(who, FETCH, { body: { symbols: [] } })).status).toBe(422);
      await storeQuote(api, 'BTC-USD', 1);
      expect((await api.ask(who, 'GET /api/v1/market-data/fetch/BTC-USD')).status).toBe(200);
    }
    expect((await api.ask(who, FETCH, symbols(78))).headers.get('ratelimit')).toMatch(/^"hour";r=8/);
  });
});

test('support may create 30 in an hour, admin 100, and the system without end', async () => {
  const policy = async (role: 'support' | 'admin' | 'system') =>
    (await api.ask(role, FETCH, symbols(900))).headers.get('ratelimit-policy');
  expect([await policy('support'), await policy('admin'), await policy('system')]).toEqual([
    '"hour";q=30;w=3600',
    '"hour";q=100;w=3600',
    null,
  ]);
});

test('with too many waiting, further ones are refused with 503 queue_full', async () => {
  const small = await startTestApi({ maxQueued: 3 });
  try {
    const codes: number[] = [];
    for (let i = 0; i < 6; i++) {
      codes.push((await small.ask('system', FETCH, symbols(i))).status);
      // It is counted again twice a second.
      if (i === 2) await new Promise((resolve) => setTimeout(resolve, 600));
    }
    expect(codes).toEqual([202, 202, 202, 503, 503, 503]);
  } finally {
    await small.stop();
  }
});
