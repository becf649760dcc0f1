import { all, type Called, recordOf, refuses } from './heart.ts';
import { twoProviders } from './two-providers.fixture.ts';

/** Symbols that a provider answers of no use: an older price, a plan that doesn't include them. */
const story = await twoProviders();

describe('a price that is older than the stored one', () => {
  const old = (price: string) => (called: Called) => ({ ...all(price)(called), ageMs: 900_000 });
  const refreshed = async () => {
    const id = await story.heart.ask('prices', { symbols: ['BTC-USD'], force_refresh: true });
    await story.heart.work();
    return recordOf(story.heart.pool, id);
  };
  beforeEach(async () => {
    await story.heart.ask('prices', { symbols: ['BTC-USD'] });
    await story.heart.work();
    story.heart.calls.length = 0;
  });

  test('is not what was wanted: the next provider is asked', async () => {
    story.scripts = { yahoo: { answer: old('9') }, finnhub: { answer: all('11') } };
    expect(await refreshed()).toMatchObject({ status: 'success', prices: 1, skipped: {} });
    const { rows } = await story.heart.pool.query(`select source, provenance -> 'chain' as chain from latest_quotes`);
    expect(rows).toMatchObject([{ source: 'finnhub', chain: [{ provider: 'yahoo', reason: 'older' }] }]);
  });

  test('fails where nobody has a newer one: the stored one is what is served', async () => {
    story.scripts = { yahoo: { answer: old('9') }, finnhub: { answer: old('9') } };
    const record = await refreshed();
    expect(record).toMatchObject({ status: 'failed', prices: 0, skipped: {} });
    expect(record.failures).toMatchObject([
      { kind: 'no_data', detail: 'no provider has a newer price (asked: yahoo, finnhub)', served: { source: 'yahoo' } },
    ]);
    expect((await story.heart.pool.query('select price::text from latest_quotes')).rows).toEqual([{ price: '10' }]);
    expect((await story.heart.pool.query('select status from assets')).rows).toEqual([{ status: 'active' }]);
  });

  test('of the last of them, while another is down, tells of the one that is down, and is not asked for again and again', async () => {
    story.scripts = { yahoo: { answer: refuses('unavailable') }, finnhub: { answer: old('9') } };
    expect(await refreshed()).toMatchObject({ status: 'failed', failures: [{ kind: 'unavailable' }] });
    expect(story.callsTo('finnhub')).toHaveLength(1);
    expect(story.heart.failed).toEqual([]);
  });

  test('is enough where it is the very trade that is stored', async () => {
    story.scripts.yahoo = { answer: (called) => ({ ...all('10')(called), ageMs: 5_000 }) };
    expect(await refreshed()).toMatchObject({ status: 'success', prices: 0, skipped: { fresh: 1 } });
    expect(story.callsTo('finnhub')).toEqual([]);
  });
});

describe('a symbol that a plan does not include', () => {
  test('costs that provider one call, and from then on the next one is asked at once', async () => {
    story.scripts.yahoo = {
      answer: (called) => ({
        ...all('10')({ ...called, symbols: called.symbols.filter((symbol) => symbol !== 'BTC-USD') }),
        ...refuses('plan_forbids', 'BTC-USD')(),
      }),
    };
    await story.heart.ask('prices', { symbols: ['BTC-USD', 'ETH-USD'] });
    await story.heart.work();
    expect(story.heart.calls.map(({ provider, symbols }) => [provider, ...symbols])).toEqual([
      ['yahoo', 'BTC-USD', 'ETH-USD'],
      ['finnhub', 'BTC-USD'],
    ]);
    story.heart.calls.length = 0;
    const id = await story.heart.ask('prices', { symbols: ['BTC-USD', 'ETH-USD'], force_refresh: true });
    await story.heart.work();
    expect(story.callsTo('yahoo')).toMatchObject([{ symbols: ['ETH-USD'] }]);
    expect(story.callsTo('finnhub')).toMatchObject([{ symbols: ['BTC-USD'] }]);
    expect(await recordOf(story.heart.pool, id)).toMatchObject({ status: 'success', prices: 2 });
  });

  test('costs nobody a call when no plan includes it, and fails for that', async () => {
    story.scripts = {
      yahoo: { answer: refuses('plan_forbids') },
      finnhub: { answer: refuses('plan_forbids', 'BTC-USD') },
    };
    await story.heart.ask('prices', { symbols: ['BTC-USD'] });
    await story.heart.work();
    story.heart.calls.length = 0;
    const id = await story.heart.ask('prices', { symbols: ['BTC-USD'], force_refresh: true });
    await story.heart.work();
    expect(story.heart.calls).toEqual([]);
    const record = await recordOf(story.heart.pool, id);
    expect(record).toMatchObject({
      status: 'failed',
      failures: [{ kind: 'plan_forbids', detail: 'plan_forbids it says' }],
    });
  });

  test('is not taken for one that nobody knows, where the others do not know it', async () => {
    story.scripts = { yahoo: { answer: refuses('unknown_symbol') }, finnhub: { answer: refuses('plan_forbids') } };
    for (const force of [false, true]) {
      const id = await story.heart.ask('prices', { symbols: ['BTC-USD'], force_refresh: force });
      await story.heart.work();
      const chain = [{ provider: 'yahoo' }, { provider: 'finnhub', reason: 'plan_forbids' }];
      expect((await recordOf(story.heart.pool, id)).failures).toMatchObject([{ kind: 'plan_forbids', chain }]);
    }
    expect(story.callsTo('finnhub')).toHaveLength(1);
    expect((await story.heart.pool.query('select status from assets')).rows).toEqual([{ status: 'unverified' }]);
  });

  test('is only that symbol: a batch that is refused as a whole is asked again', async () => {
    story.scripts.yahoo = { answer: refuses('plan_forbids') };
    for (const force of [false, true]) {
      await story.heart.ask('prices', { symbols: ['BTC-USD', 'ETH-USD'], force_refresh: force });
      await story.heart.work();
    }
    expect(story.callsTo('yahoo')).toHaveLength(2);
  });
});
