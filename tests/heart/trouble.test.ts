import { all, type Called, recordOf, refuses } from './heart.ts';
import { coins, twoProviders } from './two-providers.fixture.ts';

/** What goes wrong at the providers, through the real record: who is asked next, what rests, what is told. */
const story = await twoProviders();

test('only the symbols that failed fall back, and the reason is kept', async () => {
  story.scripts.yahoo = {
    answer: (called) => ({
      ...all('10')({ ...called, symbols: ['BTC-USD'] }),
      ...refuses('unknown_symbol', 'ETH-USD')(),
    }),
  };
  const id = await story.heart.ask('prices', { symbols: ['BTC-USD', 'ETH-USD'] });
  await story.heart.work();
  expect(story.callsTo('finnhub')).toMatchObject([{ symbols: ['ETH-USD'] }]);
  expect(await recordOf(story.heart.pool, id)).toMatchObject({
    status: 'success',
    prices: 2,
    providerCalls: { yahoo: 1, finnhub: 1 },
  });
  const { rows } = await story.heart.pool.query(
    `select source, provenance -> 'chain' as chain from latest_quotes where symbol = 'ETH-USD'`,
  );
  expect(rows).toMatchObject([{ source: 'finnhub', chain: [{ provider: 'yahoo', reason: 'unknown_symbol' }] }]);
});

test.each([8, 64, 100])(
  'one bad symbol that makes a batch of %i refused is found in halves: 2·log2(n) + 1 calls at most',
  async (n) => {
    const symbols = coins(n);
    const bad = symbols[Math.floor(n / 3)] as string;
    story.scripts.yahoo = {
      answer: (called) => (called.symbols.includes(bad) ? refuses('unknown_symbol')() : all('10')(called)),
    };
    story.scripts.finnhub = { answer: refuses('unknown_symbol') };
    const id = await story.heart.ask('prices', { symbols });
    await story.heart.work();
    expect(story.callsTo('yahoo').length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(n)) + 1);
    expect(story.callsTo('finnhub')).toMatchObject([{ symbols: [bad] }]);
    const record = await recordOf(story.heart.pool, id);
    expect(record).toMatchObject({ status: 'partial', prices: n - 1, failed: 1 });
    expect(record.failures).toMatchObject([
      { symbol: bad, kind: 'unknown_symbol', chain: [{ provider: 'yahoo' }, { provider: 'finnhub' }] },
    ]);
  },
);

test('a symbol that one provider refuses whole batches for is found once, and from then on shares a call elsewhere', async () => {
  const symbols = coins(16);
  const bad = symbols.slice(3, 5);
  story.scripts.finnhub = { batch: 100 };
  story.scripts.yahoo = {
    answer: (called) =>
      called.symbols.some((symbol) => bad.includes(symbol)) ? refuses('unknown_symbol')() : all('10')(called),
  };
  await story.heart.ask('prices', { symbols });
  await story.heart.work();
  expect(story.callsTo('yahoo').length).toBeGreaterThan(4);
  story.heart.calls.length = 0;
  const id = await story.heart.ask('prices', { symbols, force_refresh: true });
  await story.heart.work();
  expect(story.heart.calls).toHaveLength(2);
  expect(story.callsTo('finnhub')).toMatchObject([{ symbols: bad }]);
  expect(await recordOf(story.heart.pool, id)).toMatchObject({ status: 'success', prices: 16 });
});

test('all are down: three attempts, then the items fail with the last price that is served, and the job rests', async () => {
  await story.heart.ask('prices', { symbols: ['BTC-USD'] });
  await story.heart.work();
  story.heart.calls.length = 0;
  story.scripts = { yahoo: { answer: refuses('unavailable') }, finnhub: { answer: refuses('unavailable') } };
  const id = await story.heart.ask('prices', { symbols: ['BTC-USD'], force_refresh: true });
  await story.heart.work();
  expect(story.callsTo('yahoo')).toHaveLength(1);
  expect(story.callsTo('finnhub')).toHaveLength(3);
  const record = await recordOf(story.heart.pool, id);
  // Every call that went out for it is counted, those of attempts that came to nothing too.
  expect(record).toMatchObject({ status: 'failed', failed: 1, providerCalls: { yahoo: 1, finnhub: 3 } });
  expect(record.failures).toMatchObject([
    {
      symbol: 'BTC-USD',
      kind: 'unavailable',
      chain: [
        { provider: 'yahoo', reason: 'unavailable' },
        { provider: 'finnhub', reason: 'unavailable' },
      ],
      served: { source: 'yahoo' },
    },
  ]);
  expect(story.heart.failed).toMatchObject([{ queue: 'fetch-finnhub' }]);
  expect(story.heart.failed[0]?.log.join()).toContain('BTC-USD');
});

test.each([
  ['is down for long', { forMs: 20_000, kind: 'unavailable' as const }],
  ['has no quota left for long', { forMs: 3_600_000, kind: 'quota_spent' as const }],
])('what a job keeps for its next attempt is told at once when its provider %s', async (_, refusal) => {
  let refusing = false;
  story.scripts = {
    yahoo: { answer: refuses('unavailable') },
    finnhub: {
      answer: () => {
        refusing = true;
        return refuses('unavailable')();
      },
      refuses: () => (refusing ? refusal : null),
    },
  };
  const id = await story.heart.ask('prices', { symbols: ['BTC-USD'] });
  await story.heart.work();
  expect(story.callsTo('finnhub')).toHaveLength(1);
  expect(await recordOf(story.heart.pool, id)).toMatchObject({
    status: 'failed',
    failures: [{ symbol: 'BTC-USD', kind: 'unavailable', chain: [{ provider: 'yahoo' }, { provider: 'finnhub' }] }],
  });
});

test('a high one that falls back into a lane that is parked for the low ones is looked at there at once', async () => {
  story.scripts = { yahoo: { answer: refuses('unavailable') } };
  const calledAs = async (role: 'system' | 'admin', symbol: string) => {
    story.heart.parked.set('finnhub', 15_000);
    await story.heart.ask('prices', { symbols: [symbol] }, { role });
    await story.heart.work();
    return story.callsTo('finnhub').map(({ symbols }) => symbols.join());
  };
  expect(await calledAs('system', 'LOW-USD')).toEqual([]);
  expect(await calledAs('admin', 'HIGH-USD')).toEqual(['HIGH-USD', 'LOW-USD']);
});

test('who has answered for good is not asked again: whose trouble may be over is', async () => {
  let yahooFails = true;
  story.scripts = {
    yahoo: { answer: (called) => (yahooFails ? refuses('unavailable')() : all('12')(called)) },
    finnhub: {
      answer: () => {
        yahooFails = false;
        return refuses('unknown_symbol')();
      },
    },
  };
  const id = await story.heart.ask('prices', { symbols: ['BTC-USD'] });
  await story.heart.work();
  expect(story.heart.calls.map(({ provider }) => provider)).toEqual(['yahoo', 'finnhub', 'yahoo']);
  expect(await recordOf(story.heart.pool, id)).toMatchObject({ status: 'success', prices: 1 });
});

test('when that trouble is not over, its own job tries it to the end', async () => {
  story.scripts = { yahoo: { answer: refuses('unavailable') }, finnhub: { answer: refuses('unknown_symbol') } };
  const id = await story.heart.ask('prices', { symbols: ['BTC-USD'] });
  await story.heart.work();
  expect(story.callsTo('finnhub')).toHaveLength(1);
  expect(story.heart.failed).toMatchObject([{ queue: 'fetch-yahoo' }]);
  expect(await recordOf(story.heart.pool, id)).toMatchObject({
    status: 'failed',
    failures: [
      {
        chain: [
          { provider: 'finnhub', reason: 'unknown_symbol' },
          { provider: 'yahoo', reason: 'unavailable' },
        ],
      },
    ],
  });
});

test('a job that rests and is retried by hand comes through the same code, and asks the whole chain again', async () => {
  story.scripts = { yahoo: { answer: refuses('unavailable') }, finnhub: { answer: refuses('unavailable') } };
  await story.heart.ask('prices', { symbols: ['BTC-USD'] });
  await story.heart.work();
  const [resting] = story.heart.failed.splice(0);
  if (!resting) throw new Error('nothing rests');
  // The one whose job it is doesn't know the symbol; the one that was down is back.
  story.scripts = { finnhub: { answer: refuses('unknown_symbol') } };
  story.heart.calls.length = 0;
  await story.heart.retry(resting);
  await story.heart.work();
  expect(story.heart.calls.map(({ provider }) => provider)).toEqual(['finnhub', 'yahoo']);
  expect((await story.heart.pool.query('select source from latest_quotes')).rows).toEqual([{ source: 'yahoo' }]);
  expect((await story.heart.pool.query('select from wants')).rowCount).toBe(0);
});

test('what rests blocks nobody: the next refresh asks from the beginning', async () => {
  story.scripts = { yahoo: { answer: refuses('unavailable') }, finnhub: { answer: refuses('unavailable') } };
  await story.heart.ask('prices', { symbols: ['BTC-USD'] });
  await story.heart.work();
  story.scripts = {};
  const id = await story.heart.ask('prices', { symbols: ['BTC-USD'] });
  await story.heart.work();
  expect(await recordOf(story.heart.pool, id)).toMatchObject({
    status: 'success',
    prices: 1,
    providerCalls: { yahoo: 1 },
  });
});

test('a symbol that nobody knows fails, is parked with a probe, and costs nothing until then', async () => {
  story.scripts = { yahoo: { answer: refuses('unknown_symbol') }, finnhub: { answer: refuses('unknown_symbol') } };
  const first = await story.heart.ask('prices', { symbols: ['NOPE-USD'] });
  await story.heart.work();
  expect(await recordOf(story.heart.pool, first)).toMatchObject({
    status: 'failed',
    failures: [
      { kind: 'unknown_symbol', detail: expect.stringMatching(/^no provider knows this symbol/), served: null },
    ],
  });
  const { rows } = await story.heart.pool.query(
    `select status, probe_at > now() as later, parked_why as why from assets where symbol = 'NOPE-USD'`,
  );
  const why = 'no provider knows this symbol (asked: yahoo, finnhub)';
  expect(rows).toEqual([{ status: 'parked', later: true, why }]);
  const notices = async () =>
    (await story.heart.pool.query(`select symbol, "check", resolved_at is null as open from anomalies`)).rows;
  expect(await notices()).toEqual([{ symbol: 'NOPE-USD', check: 'unknown_symbol', open: true }]);
  expect((await story.heart.pool.query(`select from events where type = 'anomaly'`)).rowCount).toBe(1);
  story.heart.calls.length = 0;
  const second = await story.heart.ask('prices', { symbols: ['NOPE-USD'], force_refresh: true });
  await story.heart.work();
  expect(story.heart.calls).toEqual([]);
  const record = await recordOf(story.heart.pool, second);
  expect(record).toMatchObject({
    status: 'success',
    skipped: { parked: 1 },
    endReason: 'nothing was refreshed: 1 parked',
  });
  expect(record.nextRefreshAt?.getTime()).toBeGreaterThan(Date.now());

  // Its probe comes, and somebody knows it now: it is active, and the notice is over.
  await story.heart.pool.query(`update assets set probe_at = now() - interval '1 second'`);
  story.scripts = {};
  const third = await story.heart.ask('prices', { symbols: ['NOPE-USD'] });
  await story.heart.work();
  expect(await recordOf(story.heart.pool, third)).toMatchObject({ status: 'success', prices: 1 });
  expect((await story.heart.pool.query('select status from assets')).rows).toEqual([{ status: 'active' }]);
  expect(await notices()).toMatchObject([{ open: false }]);
});

test('a limit sends nobody elsewhere and counts as no attempt', async () => {
  let limited = 2;
  story.scripts.yahoo = { answer: (called: Called) => (limited-- > 0 ? refuses('rate_limited')() : all('10')(called)) };
  const id = await story.heart.ask('prices', { symbols: ['BTC-USD'] });
  await story.heart.work();
  expect(story.callsTo('finnhub')).toEqual([]);
  expect(story.heart.failed).toEqual([]);
  expect(await recordOf(story.heart.pool, id)).toMatchObject({ status: 'success', providerCalls: { yahoo: 3 } });
});

describe('whoever kills the workers', () => {
  /** A worker claims, asks, and dies; the job runs again on another, which BullMQ does by itself. */
  const dies = (callId: string, limit = 100) =>
    story.heart.world.record.claim('yahoo', callId, { data: 'quote', limit, byAge: false, yields: false });

  test('is asked for alone from the third time on, and those who were with it go free', async () => {
    await story.heart.ask('prices', { symbols: coins(4) });
    await story.heart.step('refresh');
    expect(await dies('call-1')).toHaveLength(4);
    expect(await dies('call-1')).toHaveLength(4);
    const alone = await dies('call-1');
    expect(alone).toMatchObject([{ symbol: 'C0000-USD', claims: 3 }]);
    expect(await dies('call-2')).toMatchObject([{ symbol: 'C0001-USD', claims: 3, batchCap: 1 }]);
    expect(await dies('call-3')).toHaveLength(1);
  });

  test('fails as poison after five claims, and the others are served', async () => {
    const id = await story.heart.ask('prices', { symbols: coins(3) });
    await story.heart.step('refresh');
    for (let death = 0; death < 5; death++) await dies('call-1');
    const job = { id: 'call-1', queue: 'fetch-yahoo', about: 'yahoo', attempt: 1 };
    await story.heart.retry(job);
    // The sweeper rings for those that were with it.
    await story.heart.world.ring.lane('yahoo', 2);
    await story.heart.work();
    const record = await recordOf(story.heart.pool, id);
    expect(record).toMatchObject({ status: 'partial', prices: 2, failed: 1 });
    expect(record.failures).toMatchObject([{ symbol: 'C0000-USD', kind: 'poison' }]);
    expect(story.heart.calls.every(({ symbols }) => !symbols.includes('C0000-USD'))).toBe(true);
  });

  test('is not confused with a provider that is down: attempts that came to an answer are no deaths', async () => {
    story.scripts = { yahoo: { answer: refuses('unavailable') }, finnhub: { answer: refuses('unavailable') } };
    await story.heart.ask('prices', { symbols: ['BTC-USD'] });
    await story.heart.work();
    for (let again = 0; again < 3; again++) {
      const [resting] = story.heart.failed.splice(0);
      if (resting) await story.heart.retry(resting);
      await story.heart.work();
    }
    expect((await story.heart.pool.query('select claims, resting from wants')).rows).toEqual([
      { claims: 0, resting: true },
    ]);
  });
});
