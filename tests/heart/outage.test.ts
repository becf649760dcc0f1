import { lastRefusal } from '@freshet/store';
import { type CallGrant, PATIENCE_MS } from '@freshet/refresh';
import { type ProviderScript, recordOf, refuses, startHeart } from './heart.ts';

/** All providers fail at once, and their breakers open one after the other: who isn't kept waiting for each one's probe. */
const NAMES = ['yahoo', 'finnhub', 'fmp', 'polygon'];
let on = NAMES;
let scripts: Record<string, Partial<ProviderScript>> = {};
const heart = await startHeart(() => on.map((name) => ({ name, ...scripts[name] })));

beforeAll(async () => {
  heart.world.lanes.room = (name) => {
    const refused = scripts[name]?.refuses?.();
    return refused ? (refused.forMs > PATIENCE_MS ? null : 0) : Infinity;
  };
});
beforeEach(() => {
  [scripts, on] = [{}, NAMES];
  return heart.clear();
});

const failing = { answer: refuses('unavailable') };
const shutFor = (forMs: number) => ({ refuses: () => ({ forMs, kind: 'unavailable' as const }) });
const all = (script: Partial<ProviderScript>) => Object.fromEntries(NAMES.map((name) => [name, script]));
const failed = (detail: string) => ({
  status: 'failed',
  failures: [
    {
      symbol: 'BTC-USD',
      kind: 'unavailable',
      detail,
      chain: expect.arrayContaining(
        NAMES.map((provider) => expect.objectContaining({ provider, reason: 'unavailable' })),
      ),
    },
  ],
});

test('refused by two while the others are shut for some seconds, a symbol fails at once', async () => {
  scripts = { yahoo: failing, finnhub: failing, fmp: shutFor(9_000), polygon: shutFor(3_000) };
  const id = await heart.ask('prices', { symbols: ['BTC-USD'] });
  await heart.work();
  expect(await recordOf(heart.pool, id)).toMatchObject(failed(expect.any(String)));
  expect(heart.calls).toHaveLength(2);
  expect(heart.parked.size).toBe(0);
});

test('refused by one, it does not wait at a provider that is down for those that are shut for some seconds', async () => {
  scripts = { yahoo: failing, finnhub: shutFor(20_000), fmp: shutFor(9_000), polygon: shutFor(3_000) };
  const id = await heart.ask('prices', { symbols: ['BTC-USD'] });
  await heart.work();
  expect(await recordOf(heart.pool, id)).toMatchObject(failed('finnhub is spent'));
});

describe('the last price says why there is no newer one', () => {
  const stale = async () => {
    const { rows } = await heart.pool.query('select stale_reason as why, fetched_at as since from latest_quotes');
    const events = await heart.pool.query(`select items from events where type = 'cache_invalidation'`);
    const { why, since } = rows[0] ?? {};
    const refused = await lastRefusal(heart.pool, 'BTC-USD', since);
    return { why, refused, told: events.rows.flatMap(({ items }) => items) };
  };
  const refresh = async () => {
    await heart.ask('prices', { symbols: ['BTC-USD'], force_refresh: true });
    await heart.work();
  };
  const told = [expect.objectContaining({ type: 'quotes', symbols: ['BTC-USD'] })];

  test.each<[string, () => void, RegExp, string[]]>([
    [
      'when all have failed',
      () => (scripts = all(failing)),
      /^unavailable: finnhub, fmp, polygon, yahoo: unavailable/,
      NAMES,
    ],
    [
      'when some have failed and the rest is shut',
      () => (scripts = { yahoo: failing, finnhub: failing, fmp: shutFor(9_000), polygon: shutFor(9_000) }),
      /^unavailable: finnhub, yahoo: /,
      NAMES,
    ],
    [
      'when nobody was asked, for all are down for long',
      () => (scripts = all(shutFor(20_000))),
      /^unavailable: yahoo: yahoo is spent/,
      NAMES,
    ],
    ['when nobody is on', () => (on = []), /^no_provider: no provider is on/, []],
  ])(
    '%s, and who refused it and when, once for all caches, until a newer one is stored',
    async (_, trouble, why, whom) => {
      await refresh();
      expect(await stale()).toEqual({ why: null, refused: null, told: [] });
      trouble();
      const since = Date.now();
      await refresh();
      const first = await stale();
      expect(first).toMatchObject({ why: expect.stringMatching(why), told });
      const refusers = first.refused?.chain.map(({ provider }) => provider) ?? [];
      expect(refusers.toSorted()).toEqual(whom.toSorted());
      if (first.refused) expect(first.refused.at.getTime()).toBeGreaterThanOrEqual(since - 1);
      heart.parked.clear();
      await refresh();
      const again = await stale();
      expect(again.told).toEqual(told);
      if (first.refused) expect(again.refused?.at.getTime()).toBeGreaterThan(first.refused.at.getTime());
      [scripts, on] = [{}, NAMES];
      heart.parked.clear();
      await refresh();
      expect(await stale()).toMatchObject({ why: null, refused: null });
    },
  );
});

test('refused by nobody, it waits for the first who may be asked again', async () => {
  scripts = { yahoo: shutFor(20_000), finnhub: shutFor(9_000), fmp: shutFor(9_000), polygon: shutFor(3_000) };
  const id = await heart.ask('prices', { symbols: ['BTC-USD'] });
  await heart.work();
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'in_progress' });
  scripts = {};
  heart.parked.clear();
  await heart.work();
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success', prices: 1 });
});

test('refused by one that had a hiccup, it waits for the next who is back in a moment', async () => {
  scripts = { yahoo: failing, finnhub: shutFor(3_000), fmp: shutFor(9_000), polygon: shutFor(9_000) };
  const id = await heart.ask('prices', { symbols: ['BTC-USD'] });
  await heart.work();
  scripts = { yahoo: failing };
  heart.parked.clear();
  await heart.work();
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success', providerCalls: { finnhub: 1 } });
});

test('refused by all, it does not wait for the quota of the last one', async () => {
  const { isUnwell } = heart.world.lanes;
  let asked = false;
  const last = {
    answer: () => {
      asked = true;
      return refuses('unavailable')();
    },
    refuses: () => (asked ? { forMs: 50_000, kind: 'rate_limited' as const } : null),
  };
  scripts = { ...all(failing), polygon: last };
  const ask = async () => {
    asked = false;
    const id = await heart.ask('prices', { symbols: ['BTC-USD'] });
    await heart.work();
    return recordOf(heart.pool, id);
  };
  // It is well as far as anybody knows: its quota comes back.
  expect(await ask()).toMatchObject({ status: 'in_progress' });
  await heart.clear();
  try {
    heart.world.lanes.isUnwell = (name) => name === 'polygon';
    expect(await ask()).toMatchObject({
      status: 'failed',
      failures: [{ kind: 'unavailable', detail: 'unavailable it says; of polygon no quota is left' }],
    });
  } finally {
    heart.world.lanes.isUnwell = isUnwell;
  }
});

test('once two have failed for it the others get one short attempt each: its caller waits for all of them', async () => {
  const { asker } = heart.world;
  const { ask } = asker;
  const asked: unknown[] = [];
  asker.ask = (grant, what) => {
    asked.push(what.brief);
    return ask(grant, what);
  };
  try {
    scripts = { ...all(failing), polygon: {} };
    await heart.ask('prices', { symbols: ['BTC-USD'] });
    await heart.work();
    expect(asked).toEqual([false, false, true, true]);
  } finally {
    asker.ask = ask;
  }
});

test('nor does it fail while somebody only lacks quota for a moment', async () => {
  const spent = { refuses: () => ({ forMs: 9_000, kind: 'rate_limited' as const }) };
  scripts = { yahoo: failing, finnhub: failing, fmp: shutFor(9_000), polygon: spent };
  const id = await heart.ask('prices', { symbols: ['BTC-USD'] });
  await heart.work();
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'in_progress' });
});

test('who is not known to be well gets one short attempt for what somebody else has room for, and all of them where nobody has', async () => {
  const { asker, lanes } = heart.world;
  const [{ ask, take }, { isUnwell }] = [{ ...asker }, { ...lanes }];
  const isBrief = async (symbol: string) => {
    const asked: unknown[] = [];
    asker.ask = (grant, what) => {
      asked.push(what.brief);
      return ask(grant, what);
    };
    await heart.ask('prices', { symbols: [symbol] });
    await heart.work();
    return asked;
  };
  try {
    expect(await isBrief('BTC-USD')).toEqual([false]);
    lanes.isUnwell = (name) => name === 'yahoo';
    expect(await isBrief('ETH-USD')).toEqual([true]);
    scripts = { finnhub: shutFor(60_000), fmp: shutFor(60_000), polygon: shutFor(60_000) };
    expect(await isBrief('SOL-USD')).toEqual([false]);
    // Nor is it while its breaker lets a probe go.
    [scripts, lanes.isUnwell] = [{}, isUnwell];
    asker.take = async (lane, what) => ({ ...(await take(lane, what)), probe: true }) as CallGrant;
    expect(await isBrief('ADA-USD')).toEqual([true]);
  } finally {
    Object.assign(asker, { ask, take });
    lanes.isUnwell = isUnwell;
  }
});
