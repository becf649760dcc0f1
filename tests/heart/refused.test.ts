import { all, type Called, type Heart, type ProviderScript, recordOf, refuses, startHeart } from './heart.ts';

/** Symbols that a provider answers of no use: an older price, a plan that doesn't include them. */
let heart: Heart;
let scripts: Record<string, Partial<ProviderScript>>;

beforeAll(async () => {
  heart = await startHeart(() => [
    { name: 'yahoo', batch: 100, ...scripts.yahoo },
    { name: 'finnhub', batch: 1, ...scripts.finnhub },
  ]);
});
afterAll(() => heart.close());
beforeEach(async () => {
  scripts = {};
  await heart.clear();
});

const callsTo = (name: string) => heart.calls.filter(({ provider }) => provider === name);

describe('a price that is older than the stored one', () => {
  const old = (price: string) => (called: Called) => ({ ...all(price)(called), ageMs: 900_000 });
  const refreshed = async () => {
    const id = await heart.ask('prices', { symbols: ['BTC-USD'], force_refresh: true });
    await heart.work();
    return recordOf(heart.pool, id);
  };
  beforeEach(async () => {
    await heart.ask('prices', { symbols: ['BTC-USD'] });
    await heart.work();
    heart.calls.length = 0;
  });

  test('is not what was wanted: the next provider is asked', async () => {
    scripts = { yahoo: { answer: old('9') }, finnhub: { answer: all('11') } };
    expect(await refreshed()).toMatchObject({ status: 'success', prices: 1, skipped: {} });
    const { rows } = await heart.pool.query(`select source, provenance -> 'chain' as chain from latest_quotes`);
    expect(rows).toMatchObject([{ source: 'finnhub', chain: [{ provider: 'yahoo', reason: 'older' }] }]);
  });

  test('fails where nobody has a newer one: the stored one is what is served', async () => {
    scripts = { yahoo: { answer: old('9') }, finnhub: { answer: old('9') } };
    const record = await refreshed();
    expect(record).toMatchObject({ status: 'failed', prices: 0, skipped: {} });
    expect(record.failures).toMatchObject([
      { kind: 'no_data', detail: 'no provider has a newer price (asked: yahoo, finnhub)', served: { source: 'yahoo' } },
    ]);
    expect((await heart.pool.query('select price::text from latest_quotes')).rows).toEqual([{ price: '10' }]);
    expect((await heart.pool.query('select status from assets')).rows).toEqual([{ status: 'active' }]);
  });

  test('of the last of them, while another is down, tells of the one that is down, and is not asked for again and again', async () => {
    scripts = { yahoo: { answer: refuses('unavailable') }, finnhub: { answer: old('9') } };
    expect(await refreshed()).toMatchObject({ status: 'failed', failures: [{ kind: 'unavailable' }] });
    expect(callsTo('finnhub')).toHaveLength(1);
    expect(heart.failed).toEqual([]);
  });

  test('is enough where it is the very trade that is stored', async () => {
    scripts.yahoo = { answer: (called) => ({ ...all('10')(called), ageMs: 5_000 }) };
    expect(await refreshed()).toMatchObject({ status: 'success', prices: 0, skipped: { fresh: 1 } });
    expect(callsTo('finnhub')).toEqual([]);
  });
});

describe('a symbol that a plan does not include', () => {
  test('costs that provider one call, and from then on the next one is asked at once', async () => {
    scripts.yahoo = {
      answer: (called) => ({
        ...all('10')({ ...called, symbols: called.symbols.filter((symbol) => symbol !== 'BTC-USD') }),
        ...refuses('plan_forbids', 'BTC-USD')(),
      }),
    };
    await heart.ask('prices', { symbols: ['BTC-USD', 'ETH-USD'] });
    await heart.work();
    expect(heart.calls.map(({ provider, symbols }) => [provider, ...symbols])).toEqual([
      ['yahoo', 'BTC-USD', 'ETH-USD'],
      ['finnhub', 'BTC-USD'],
    ]);
    heart.calls.length = 0;
    const id = await heart.ask('prices', { symbols: ['BTC-USD', 'ETH-USD'], force_refresh: true });
    await heart.work();
    expect(callsTo('yahoo')).toMatchObject([{ symbols: ['ETH-USD'] }]);
    expect(callsTo('finnhub')).toMatchObject([{ symbols: ['BTC-USD'] }]);
    expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success', prices: 2 });
  });

  test('costs nobody a call when no plan includes it, and fails for that', async () => {
    scripts = { yahoo: { answer: refuses('plan_forbids') }, finnhub: { answer: refuses('plan_forbids', 'BTC-USD') } };
    await heart.ask('prices', { symbols: ['BTC-USD'] });
    await heart.work();
    heart.calls.length = 0;
    const id = await heart.ask('prices', { symbols: ['BTC-USD'], force_refresh: true });
    await heart.work();
    expect(heart.calls).toEqual([]);
    const record = await recordOf(heart.pool, id);
    expect(record).toMatchObject({
      status: 'failed',
      failures: [{ kind: 'plan_forbids', detail: 'plan_forbids it says' }],
    });
  });

  test('is not taken for one that nobody knows, where the others do not know it', async () => {
    scripts = { yahoo: { answer: refuses('unknown_symbol') }, finnhub: { answer: refuses('plan_forbids') } };
    for (const force of [false, true]) {
      const id = await heart.ask('prices', { symbols: ['BTC-USD'], force_refresh: force });
      await heart.work();
      const chain = [{ provider: 'yahoo' }, { provider: 'finnhub', reason: 'plan_forbids' }];
      expect((await recordOf(heart.pool, id)).failures).toMatchObject([{ kind: 'plan_forbids', chain }]);
    }
    expect(callsTo('finnhub')).toHaveLength(1);
    expect((await heart.pool.query('select status from assets')).rows).toEqual([{ status: 'unverified' }]);
  });

  test('is only that symbol: a batch that is refused as a whole is asked again', async () => {
    scripts.yahoo = { answer: refuses('plan_forbids') };
    for (const force of [false, true]) {
      await heart.ask('prices', { symbols: ['BTC-USD', 'ETH-USD'], force_refresh: force });
      await heart.work();
    }
    expect(callsTo('yahoo')).toHaveLength(2);
  });
});
