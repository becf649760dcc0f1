import { all, type Called, itemsOf, recordOf, refuses } from './heart.ts';
import { coins, twoProviders } from './two-providers.fixture.ts';

/** Quotas that are spent for long: who goes elsewhere, who waits, what is told. */
const story = await twoProviders();

describe('a quota that is spent for long', () => {
  const spent = { refuses: () => ({ forMs: 3_600_000, kind: 'quota_spent' as const }) };

  test('sends those who wait to the next provider, with the reason', async () => {
    story.scripts.yahoo = spent;
    const id = await story.heart.ask('prices', { symbols: ['BTC-USD', 'ETH-USD'] });
    await story.heart.work();
    expect(story.heart.calls.map(({ provider, symbols }) => [provider, ...symbols])).toEqual([
      ['finnhub', 'BTC-USD'],
      ['finnhub', 'ETH-USD'],
    ]);
    expect(await recordOf(story.heart.pool, id)).toMatchObject({ status: 'success', prices: 2 });
  });

  test('skips what cannot wait so long and can go nowhere, and says when there is a chance again', async () => {
    story.scripts = { yahoo: spent, finnhub: spent };
    const id = await story.heart.ask('prices', { symbols: ['BTC-USD'] });
    await story.heart.work();
    const record = await recordOf(story.heart.pool, id);
    expect(record).toMatchObject({ status: 'success', skipped: { quota: 1 }, prices: 0, failed: 0 });
    expect(Math.abs((record.nextRefreshAt?.getTime() ?? 0) - Date.now() - 3_600_000)).toBeLessThan(10_000);
    expect(await itemsOf(story.heart.pool, id)).toMatchObject([
      { reason: 'quota', chain: [{ provider: 'yahoo', reason: 'quota_spent' }] },
    ]);
  });

  test('is not what is told where the others are down: the item fails, with the last price that is served', async () => {
    await story.heart.ask('prices', { symbols: ['BTC-USD', 'ETH-USD'] });
    await story.heart.work();
    const yahoo = (called: Called) => ({
      ...all('11')({ ...called, symbols: ['ETH-USD'] }),
      ...refuses('unavailable', 'BTC-USD')(),
    });
    story.scripts = { yahoo: { answer: yahoo }, finnhub: spent };
    const id = await story.heart.ask('prices', { symbols: ['BTC-USD', 'ETH-USD'], force_refresh: true });
    await story.heart.work();
    const record = await recordOf(story.heart.pool, id);
    expect(record).toMatchObject({ status: 'partial', prices: 1, failed: 1, skipped: {} });
    expect(record.failures).toMatchObject([
      {
        symbol: 'BTC-USD',
        kind: 'unavailable',
        chain: [
          { provider: 'yahoo', reason: 'unavailable' },
          { provider: 'finnhub', reason: 'quota_spent' },
        ],
        served: { source: 'yahoo' },
      },
    ]);
    expect(record.nextRefreshAt?.getTime()).toBeGreaterThan(Date.now());
  });

  test('is not what is told where the others are known to be down and come after it', async () => {
    const down = { refuses: () => ({ forMs: 20_000, kind: 'unavailable' as const }) };
    story.scripts = { yahoo: spent, finnhub: down };
    const id = await story.heart.ask('prices', { symbols: ['BTC-USD'] });
    await story.heart.work();
    expect(story.heart.calls).toEqual([]);
    expect(await recordOf(story.heart.pool, id)).toMatchObject({
      status: 'failed',
      failures: [
        {
          kind: 'unavailable',
          detail: 'finnhub is down; of yahoo no quota is left',
          chain: [{ provider: 'finnhub' }, { provider: 'yahoo', reason: 'quota_spent' }],
        },
      ],
    });
  });

  test("is what is told where the others only don't know the symbol", async () => {
    story.scripts = { yahoo: { answer: refuses('unknown_symbol') }, finnhub: spent };
    const id = await story.heart.ask('prices', { symbols: ['BTC-USD'] });
    await story.heart.work();
    expect(await recordOf(story.heart.pool, id)).toMatchObject({ status: 'success', failed: 0, skipped: { quota: 1 } });
  });

  test('leaves a suspicious price in quarantine, which no force bypasses: the last good one stays', async () => {
    await story.heart.ask('prices', { symbols: ['BTC-USD'] });
    await story.heart.work();
    story.scripts = { yahoo: { answer: all('1000') }, finnhub: spent };
    const id = await story.heart.ask('prices', { symbols: ['BTC-USD'], force_refresh: true });
    await story.heart.work();
    const record = await recordOf(story.heart.pool, id);
    expect(record).toMatchObject({ status: 'success', prices: 0, failed: 0, skipped: { quarantined: 1 } });
    expect(record.nextRefreshAt?.getTime()).toBeGreaterThan(Date.now());
    expect((await story.heart.pool.query('select price::text, quality from latest_quotes')).rows).toEqual([
      { price: '10', quality: 'good' },
    ]);
    expect((await story.heart.pool.query('select state from anomalies where resolved_at is null')).rows).toEqual([
      { state: 'held' },
    ]);
  });

  test('leaves those who can wait, by the longest patience of whoever waits for them', async () => {
    story.scripts = { yahoo: spent, finnhub: spent };
    const hasty = await story.heart.ask('prices', { symbols: ['BTC-USD'], deadline_s: 60 });
    const patient = await story.heart.ask('symbols', { symbols: ['BTC-USD'], deadline_s: 7_200 });
    await story.heart.work();
    for (const id of [hasty, patient])
      expect(await recordOf(story.heart.pool, id)).toMatchObject({ status: 'in_progress', open: 1 });
    story.scripts = {};
    story.heart.parked.clear();
    await story.heart.work();
    for (const id of [hasty, patient])
      expect(await recordOf(story.heart.pool, id)).toMatchObject({ status: 'success', prices: 1 });
  });

  test('reaches those too who stand behind thousands that nothing can be done for', async () => {
    const patient = await story.heart.ask('prices', { symbols: coins(4_500), deadline_s: 80_000 });
    const hasty = await story.heart.ask('symbols', { symbols: ['ZZZ-USD'] });
    story.scripts = { yahoo: spent, finnhub: spent };
    await story.heart.work();
    expect(await recordOf(story.heart.pool, hasty)).toMatchObject({ status: 'success', skipped: { quota: 1 } });
    expect(await recordOf(story.heart.pool, patient)).toMatchObject({ status: 'in_progress', open: 4_500 });
  });
});
