import { openingOf, requestOf } from '@freshet/refresh';
import { acceptLimited, createAcceptBatch, newId } from '@freshet/store';
import { all, type Called, itemsOf, recordOf, type Said, startHeart } from './heart.ts';

/** Refreshes that want the same share it: one row, one call, one outcome. Crypto trades always, so the clock is no matter. */
let answer: (called: Called) => Said | Promise<Said>;
const heart = await startHeart(() => [{ name: 'yahoo', batch: 20, answer: (called) => answer(called) }]);

beforeEach(async () => {
  await heart.clear();
  answer = all('10');
});

const COINS = ['BTC-USD', 'ETH-USD', 'SOL-USD'];

test('fifty equal requests at once give one refresh, one run and one call', async () => {
  const ids = await Promise.all(Array.from({ length: 50 }, () => heart.ask('prices', { symbols: COINS })));
  expect(new Set(ids).size).toBe(1);
  await heart.work();
  expect(heart.calls).toEqual([{ provider: 'yahoo', data: 'quote', symbols: COINS }]);
  expect(await recordOf(heart.pool, ids[0] as string)).toMatchObject({ status: 'success', prices: 3, done: 3 });
});

test('the same through every door at once: batched, limited, of many people; who is limited is not counted for joining', async () => {
  const request = requestOf('prices', {}, { symbols: COINS }, { role: 'user' });
  const row = (userId: string) => ({
    ...{
      ...request,
      ...openingOf(request),
      id: newId('refresh'),
      source: 'manual' as const,
      keyId: `key_${userId}`,
      userId,
    },
    ...{ role: 'user', requestId: null, remoteAddress: null, traceparent: null, estimate: null },
  });
  const batched = createAcceptBatch(heart.pool, { accepted: () => {} });
  const limits = { perWindow: { limit: 1, seconds: 3_600 }, burst: null, cooldownS: 60 };
  const accepted = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      i % 2 === 0 ? batched(row(`usr_${i}`)) : acceptLimited(heart.pool, row(`usr_${i % 6}`), limits),
    ),
  );
  expect(new Set(accepted.map((each) => ('id' in each ? each.id : each.outcome))).size).toBe(1);
  expect(accepted.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
  const { rows } = await heart.pool.query('select count(*)::int as callers from refresh_callers');
  expect(rows[0]?.callers).toBeGreaterThanOrEqual(27);
});

test('priority, reason and deadline are no difference; mode, symbols and freshness are', async () => {
  const first = await heart.ask('prices', { symbols: COINS });
  expect(await heart.ask('prices', { symbols: COINS.toReversed(), reason: 'now', deadline_s: 60 })).toBe(first);
  expect(await heart.ask('prices', { symbols: COINS, priority: 'emergency' }, { role: 'admin' })).toBe(first);
  const others = [
    await heart.ask('prices', { symbols: COINS, mode: 'incremental' }),
    await heart.ask('prices', { symbols: COINS.slice(1) }),
    await heart.ask('prices', { symbols: COINS, max_age_s: 5 }),
    await heart.ask('symbols', { symbols: COINS }),
  ];
  expect(new Set([first, ...others]).size).toBe(5);
  expect(await heart.ask('prices', { symbols: COINS, force_refresh: true })).toBe(
    await heart.ask('prices', { symbols: COINS, max_age_s: 0 }),
  );
});

test('a request that names thousands of symbols, as that of all that is watched, is accepted and joined like any other', async () => {
  const symbols = Array.from({ length: 5_000 }, (_, i) => `WATCHED${Math.imul(i, 2_654_435_761) >>> 0}-USD`);
  const id = await heart.ask('prices', { symbols });
  expect(await heart.ask('prices', { symbols: symbols.toReversed() })).toBe(id);
  expect(await heart.ask('prices', { symbols: symbols.slice(1) })).not.toBe(id);
});

test('different refreshes that overlap share the calls of what they have in common, and each gets its outcome', async () => {
  const a = await heart.ask('prices', { symbols: ['BTC-USD', 'ETH-USD'] });
  const b = await heart.ask('prices', { symbols: ['ETH-USD', 'SOL-USD'] }, { role: 'admin' });
  await heart.work();
  expect(heart.calls.flatMap(({ symbols }) => symbols).sort()).toEqual(COINS);
  for (const id of [a, b]) expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success', prices: 2 });
});

test('a higher caller that joins a waiting refresh makes all of it urgent', async () => {
  const id = await heart.ask('prices', { symbols: COINS });
  expect(await recordOf(heart.pool, id)).toMatchObject({ rank: 30 });
  await heart.ask('prices', { symbols: COINS }, { role: 'admin' });
  expect(await recordOf(heart.pool, id)).toMatchObject({ rank: 10 });
  await heart.step('refresh');
  expect((await heart.pool.query('select distinct rank from wants')).rows).toEqual([{ rank: 10 }]);
});

test('asked again while it runs, one more run follows, and only one; it lends its rank to the one it waits for', async () => {
  const running = await heart.ask('prices', { symbols: COINS, force_refresh: true });
  await heart.step('refresh');
  const behind = await heart.ask('prices', { symbols: COINS, force_refresh: true });
  expect(behind).not.toBe(running);
  expect(await heart.ask('prices', { symbols: COINS, force_refresh: true }, { role: 'admin' })).toBe(behind);
  await heart.step('refresh');
  // It doesn't begin, but what it waits for is as urgent as it is itself.
  expect(await recordOf(heart.pool, behind)).toMatchObject({ status: 'queued' });
  expect((await heart.pool.query('select distinct rank from wants')).rows).toEqual([{ rank: 10 }]);
  await heart.work();
  // The answer came after both were asked for, so that it is good for both.
  expect(heart.calls).toHaveLength(1);
  for (const id of [running, behind])
    expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success', prices: 3 });
  expect((await heart.pool.query('select count(*)::int as n from refreshes')).rows).toEqual([{ n: 2 }]);
});

test.each([
  ['failed', async () => void (answer = () => ({ errors: new Map([[null, { kind: 'bad_key' as const }]]) }))],
  ['cancelled', async (id: string) => heart.cancel(id, 'usr_system', true)],
])('a refresh that %s blocks nobody: the one behind it runs, and so does the next of its kind', async (how, make) => {
  const first = await heart.ask('prices', { symbols: COINS });
  await heart.step('refresh');
  const behind = await heart.ask('prices', { symbols: COINS });
  await make(first);
  if (how === 'failed') await heart.step('fetch-yahoo');
  expect(await recordOf(heart.pool, first)).toMatchObject({ status: how });
  answer = all('11');
  await heart.work();
  expect(await recordOf(heart.pool, behind)).toMatchObject({ status: 'success', prices: 3 });
  const next = await heart.ask('prices', { symbols: COINS, force_refresh: true });
  await heart.work();
  expect(await recordOf(heart.pool, next)).toMatchObject({ status: 'success', prices: 3 });
});

test('an answer that comes after the request counts, also that of a call that was in flight when it was made', async () => {
  const asked = await heart.ask('prices', { symbols: ['BTC-USD'], force_refresh: true });
  await heart.step('refresh');
  let late = '';
  answer = async (called) => {
    late = await heart.ask('symbols', { symbols: ['BTC-USD'], force_refresh: true });
    await heart.step('refresh');
    return all('10')(called);
  };
  await heart.step('fetch-yahoo');
  expect(heart.calls).toHaveLength(1);
  for (const id of [asked, late])
    expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success', prices: 1 });
});

test('who wants fresher than the answer in flight gets a call of their own, rung at once', async () => {
  const asked = await heart.ask('prices', { symbols: ['BTC-USD'], force_refresh: true });
  await heart.step('refresh');
  const { land } = heart.world.record;
  let late = '';
  heart.world.record.land = async (landing) => {
    heart.world.record.land = land;
    // The answer is here, and before it is stored somebody wants one of their own time.
    await new Promise((resolve) => setTimeout(resolve, 5));
    late = await heart.ask('symbols', { symbols: ['BTC-USD'], force_refresh: true });
    await heart.step('refresh');
    return land(landing);
  };
  await heart.step('fetch-yahoo');
  expect(await recordOf(heart.pool, asked)).toMatchObject({ status: 'success' });
  expect(await recordOf(heart.pool, late)).toMatchObject({ status: 'in_progress', open: 1 });
  await heart.work();
  expect(await recordOf(heart.pool, late)).toMatchObject({ status: 'success', prices: 1 });
  expect(heart.calls).toHaveLength(2);
});

test('what somebody else has brought meanwhile needs no call: the grant goes back', async () => {
  const a = await heart.ask('prices', { symbols: ['BTC-USD'] });
  await heart.step('refresh');
  const at = new Date();
  const claims = await heart.world.record.claim('yahoo', 'somebody', {
    data: 'quote',
    limit: 1,
    byAge: false,
    yields: false,
  });
  const b = await heart.ask('symbols', { symbols: ['ETH-USD'] });
  await heart.step('refresh');
  await heart.pool.query(
    `insert into latest_quotes (symbol, price, currency, source, quote_time, fetched_at)
     values ('ETH-USD', 5, 'USD', 'finnhub', $1, clock_timestamp())`,
    [at],
  );
  await heart.work();
  expect(claims).toHaveLength(1);
  expect(heart.calls).toEqual([]);
  expect(heart.given.back).toBeGreaterThan(0);
  expect(await recordOf(heart.pool, b)).toMatchObject({ status: 'success', providerCalls: {} });
  expect(await recordOf(heart.pool, a)).toMatchObject({ status: 'in_progress' });
});

test('everything fresh: it ends at once, says why, and when it would do something', async () => {
  await heart.ask('prices', { symbols: COINS });
  await heart.work();
  const id = await heart.ask('prices', { symbols: COINS });
  await heart.step('refresh');
  const record = await recordOf(heart.pool, id);
  expect(record).toMatchObject({ status: 'success', skipped: { fresh: 3 }, prices: 0, total: 3, done: 3 });
  expect(record.endReason).toBe('nothing was refreshed: 3 fresh');
  const inMs = (record.nextRefreshAt?.getTime() ?? 0) - Date.now();
  expect(inMs).toBeGreaterThan(0);
  expect(inMs).toBeLessThanOrEqual(60_000);
  expect(heart.calls).toHaveLength(1);
});

test('a refresh that waited long for its plan never calls fresh what has grown old meanwhile', async () => {
  await heart.ask('prices', { symbols: ['BTC-USD'] });
  await heart.work();
  const id = await heart.ask('prices', { symbols: ['BTC-USD'] });
  // Ten minutes pass in the queue; the price was ten seconds old when it was asked for.
  await heart.pool.query(
    `update latest_quotes set fetched_at = fetched_at - interval '610 seconds', quote_time = quote_time - interval '610 seconds'`,
  );
  await heart.pool.query(`update refreshes set accepted_at = accepted_at - interval '600 seconds' where id = $1`, [id]);
  await heart.work();
  expect(heart.calls).toHaveLength(2);
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success', prices: 1 });
});

test('cancelled: what has not begun is never asked for, and what comes back late changes nothing', async () => {
  const id = await heart.ask('prices', { symbols: COINS });
  await heart.step('refresh');
  answer = async (called) => {
    await heart.cancel(id, 'usr_system');
    return all('10')(called);
  };
  await heart.work();
  expect(heart.calls).toHaveLength(1);
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'cancelled', skipped: { cancelled: 3 }, prices: 0 });

  await heart.clear();
  const other = await heart.ask('prices', { symbols: COINS });
  await heart.step('refresh');
  await heart.cancel(other, 'usr_system');
  await heart.work();
  expect(heart.calls).toEqual([]);
  expect((await itemsOf(heart.pool, other)).map(({ state, reason }) => `${state} ${reason}`)).toEqual(
    COINS.map(() => 'skipped cancelled'),
  );
});

test('what two refreshes want is still fetched for the one when the other is cancelled', async () => {
  const [a, b] = [
    await heart.ask('prices', { symbols: COINS }),
    await heart.ask('symbols', { symbols: COINS.slice(0, 1) }),
  ];
  await heart.step('refresh');
  await heart.step('refresh');
  await heart.cancel(a, 'usr_system');
  await heart.work();
  expect(heart.calls.map(({ symbols }) => symbols)).toEqual([['BTC-USD']]);
  expect(await recordOf(heart.pool, b)).toMatchObject({ status: 'success', prices: 1 });
});
