import type { Bar, Quote } from '@freshet/market';
import type { FailureKind, TriedProvider } from '@freshet/contracts';
import type { Answer, Claim } from '../ports.ts';
import { settle } from './settle.ts';
import type { SettleContext } from './settling.ts';

const now = new Date('2026-11-20T15:00:00Z');

function claim(symbol: string, more: Partial<Claim> = {}): Claim {
  return {
    symbol,
    data: 'quote',
    class: 'equity',
    fence: 1,
    claims: 1,
    rank: 20,
    tried: [],
    freshAfter: now,
    refreshId: 'ref_1',
    from: null,
    to: null,
    batchCap: null,
    asset: null,
    stored: null,
    ...more,
  };
}

function quote(symbol: string, more: Partial<Quote> = {}): Quote {
  return {
    symbol,
    price: '10',
    open: null,
    high: null,
    low: null,
    previousClose: '9.5',
    volume: null,
    marketCap: null,
    currency: 'USD',
    quoteTime: now,
    delayS: 0,
    ...more,
  };
}

function answer(
  quotes: Quote[],
  errors: [string | null, Answer['errors'] extends Map<unknown, infer E> ? E : never][] = [],
): Answer {
  return {
    receivedAt: now,
    calls: 1,
    quotes: new Map(quotes.map((each) => [each.symbol, each])),
    bars: new Map(),
    earnings: new Map(),
    errors: new Map(errors),
  };
}

const trouble = (kind: 'unavailable' | 'unknown_symbol' | 'rate_limited' | 'no_data') => ({
  kind,
  retryAfterMs: null,
  detail: kind,
});

/** A chain of two: yahoo, then finnhub. */
function context(more: Partial<SettleContext> = {}): SettleContext {
  const chain = ({ tried }: { tried: TriedProvider[] }) =>
    ['yahoo', 'finnhub'].filter((name) => !tried.some(({ provider }) => provider === name));
  return {
    lane: 'yahoo',
    lastAttempt: false,
    now,
    usdtRates: null,
    chain,
    unwell: false,
    room: () => Infinity,
    shutBecause: () => null,
    forbidden: () => [],
    historyDays: () => Infinity,
    ...more,
  };
}

const outcomes = (result: ReturnType<typeof settle>) => result.map((end) => [end.symbol, end.outcome]);

test('a quote lands, and one bad symbol never fails its batch', () => {
  const result = settle(
    [claim('AAPL'), claim('NOPE')],
    answer([quote('AAPL')], [['NOPE', trouble('unknown_symbol')]]),
    context(),
  );
  expect(outcomes(result)).toEqual([
    ['AAPL', 'landed'],
    ['NOPE', 'passed_on'],
  ]);
});

test('a symbol that the answer leaves out counts as no_data and goes on along the chain', () => {
  const [end] = settle([claim('AAPL')], answer([]), context());
  expect(end).toMatchObject({
    outcome: 'passed_on',
    lane: 'finnhub',
    because: { provider: 'yahoo', reason: 'no_data' },
  });
  // It isn't looked for in halves of the batch: the others were served.
  const batch = settle([claim('AAPL'), claim('KO')], answer([quote('KO')]), context());
  expect(outcomes(batch)).toEqual([
    ['AAPL', 'passed_on'],
    ['KO', 'landed'],
  ]);
});

test('a limit costs no attempt and sends nobody elsewhere: the wants wait where they are', () => {
  const result = settle([claim('AAPL'), claim('KO')], answer([], [[null, trouble('rate_limited')]]), context());
  expect(outcomes(result)).toEqual([
    ['AAPL', 'released'],
    ['KO', 'released'],
  ]);
});

test('a limit of a provider that is not known to be well sends what others have room for to them', () => {
  const limited = answer([], [[null, trouble('rate_limited')]]);
  expect(settle([claim('AAPL')], limited, context({ unwell: true }))).toMatchObject([
    { outcome: 'passed_on', lane: 'finnhub', because: { provider: 'yahoo', reason: 'rate_limited' } },
  ]);
  expect(outcomes(settle([claim('AAPL')], limited, context({ unwell: true, room: () => null })))).toEqual([
    ['AAPL', 'released'],
  ]);
});

test('others are given no more of such a batch than they have room for', () => {
  const limited = answer([], [[null, trouble('rate_limited')]]);
  const batch = ['A', 'B', 'C'].map((symbol) => claim(symbol));
  expect(outcomes(settle(batch, limited, context({ unwell: true, room: () => 2 })))).toEqual([
    ['A', 'passed_on'],
    ['B', 'passed_on'],
    ['C', 'released'],
  ]);
  expect(outcomes(settle(batch, limited, context({ unwell: true, room: () => 1 })))[0]).toEqual(['A', 'passed_on']);
});

test('who was passed over for want of quota is asked when those behind have failed', () => {
  const tried = [{ provider: 'yahoo', reason: 'quota_spent' as const }];
  const failed = answer([], [[null, trouble('unavailable')]]);
  expect(settle([claim('AAPL', { tried })], failed, context({ lane: 'finnhub' }))).toMatchObject([
    { outcome: 'passed_on', lane: 'yahoo', because: { provider: 'finnhub', reason: 'unavailable' } },
  ]);
  // Once more refused, it waits there.
  const back = [claim('AAPL', { tried: [{ provider: 'finnhub', reason: 'unavailable' }] })];
  expect(outcomes(settle(back, answer([], [[null, trouble('rate_limited')]]), context({ unwell: true })))).toEqual([
    ['AAPL', 'released'],
  ]);
});

describe('when two have failed for a symbol', () => {
  const names = ['yahoo', 'finnhub', 'fmp', 'polygon'];
  const chain = ({ tried }: { tried: TriedProvider[] }) =>
    names.filter((name) => !tried.some(({ provider }) => provider === name));
  const shut = (...shut: string[]) =>
    context({ lane: 'finnhub', chain, shutBecause: (name) => (shut.includes(name) ? `${name} said HTTP 503` : null) });
  const failed = answer([], [[null, trouble('unavailable')]]);
  const tried: TriedProvider[] = [{ provider: 'yahoo', reason: 'unavailable' }];

  test('and all the others have just failed as well, it is told at once instead of waiting for their probes', () => {
    expect(settle([claim('AAPL', { tried })], failed, shut('fmp', 'polygon'))).toMatchObject([
      {
        outcome: 'given_up',
        kind: 'unavailable',
        chain: [
          { provider: 'yahoo', reason: 'unavailable' },
          { provider: 'finnhub', reason: 'unavailable' },
          { provider: 'fmp', reason: 'unavailable', detail: 'fmp said HTTP 503' },
          { provider: 'polygon', reason: 'unavailable', detail: 'polygon said HTTP 503' },
        ],
      },
    ]);
  });

  test('whoever may still be asked is asked', () => {
    expect(settle([claim('AAPL', { tried })], failed, shut('fmp'))).toMatchObject([
      { outcome: 'passed_on', lane: 'fmp' },
    ]);
  });

  test('only one: it may have a hiccup of its own, and the others may be back in a moment', () => {
    expect(settle([claim('AAPL')], failed, shut('yahoo', 'fmp', 'polygon'))).toMatchObject([{ outcome: 'passed_on' }]);
  });

  test('the last who is left may be the only one', () => {
    const two = [...tried, { provider: 'fmp', reason: 'malformed' as const }];
    expect(settle([claim('AAPL', { tried: two })], failed, shut('polygon'))).toMatchObject([{ outcome: 'given_up' }]);
  });

  test('who had no quota for it, or nothing of it, has not failed', () => {
    for (const reason of ['quota_spent', 'no_data'] as const)
      expect(
        settle([claim('AAPL', { tried: [{ provider: 'yahoo', reason }] })], failed, shut('fmp', 'polygon')),
      ).toMatchObject([{ outcome: 'passed_on' }]);
  });

  test('whoever answers for good after them says nothing of an outage', () => {
    const two = [...tried, { provider: 'fmp', reason: 'unavailable' as const }];
    const unknown = answer([], [['AAPL', trouble('unknown_symbol')]]);
    expect(settle([claim('AAPL', { tried: two })], unknown, shut('polygon'))).toMatchObject([
      { outcome: 'passed_on', lane: 'polygon' },
    ]);
  });

  test('what is held of another price is published with its mark', () => {
    const quoted = { ...quote('AAPL'), source: 'fmp', fetchedAt: now, quality: 'suspect' as const, provenance: {} };
    const held = { check: 'jump', detail: 'a jump', expected: null, quote: quoted };
    const [end] = settle([claim('AAPL', { tried, held })], failed, shut('fmp', 'polygon'));
    expect(end).toMatchObject({ outcome: 'landed', quote: { source: 'fmp', quality: 'suspect' } });
  });
});

test('a batch that is refused for a bad symbol in it is asked again in halves, never as single calls', () => {
  const batch = ['A', 'B', 'C', 'D', 'E'].map((symbol) => claim(symbol));
  const result = settle(batch, answer([], [[null, trouble('unknown_symbol')]]), context());
  expect(result.every((end) => end.outcome === 'released' && end.batchCap === 3)).toBe(true);
  const two = settle(batch.slice(0, 2), answer([], [[null, trouble('unknown_symbol')]]), context());
  expect(two).toMatchObject(Array.from({ length: 2 }, () => ({ outcome: 'released', batchCap: 1 })));
  // No symbol is to blame for a provider that fails.
  const failed = settle(batch.slice(0, 2), answer([], [[null, trouble('unavailable')]]), context());
  expect(failed).toMatchObject(Array.from({ length: 2 }, () => ({ outcome: 'passed_on', lane: 'finnhub' })));
  const [alone] = settle([claim('C')], answer([], [[null, trouble('unknown_symbol')]]), context());
  expect(alone).toMatchObject({ outcome: 'passed_on' });
});

const triedYahoo = { tried: [{ provider: 'yahoo', reason: 'unknown_symbol' }] };

test('a symbol that nobody knows is given up and parked', () => {
  const [end] = settle(
    [claim('NOPE', triedYahoo)],
    answer([], [['NOPE', trouble('unknown_symbol')]]),
    context({ lane: 'finnhub' }),
  );
  expect(end).toMatchObject({ outcome: 'given_up', kind: 'unknown_symbol', park: true });
  // Not in the words of the last of them.
  expect(end).toMatchObject({ detail: 'no provider knows this symbol (asked: yahoo, finnhub)' });
});

test('a known symbol that everybody answers without fails and is not parked; one that was never seen is', () => {
  const triedEmpty = { tried: [{ provider: 'yahoo', reason: 'no_data' }] };
  const active = { currency: 'USD', calendar: 'XNYS', status: 'active' as const, volatility: null };
  const end = (more: Partial<Claim>) =>
    settle([claim('AAPL', { ...triedEmpty, ...more })], answer([]), context({ lane: 'finnhub' }))[0];
  expect(end({ asset: active })).toMatchObject({ outcome: 'given_up', kind: 'no_data', park: false });
  expect(end({ asset: { ...active, status: 'unverified' } })).toMatchObject({
    outcome: 'given_up',
    kind: 'no_data',
    park: true,
  });
});

test('history that nobody has is skipped: nothing is wrong', () => {
  const [end] = settle(
    [claim('AAPL', { data: 'bars', tried: [{ provider: 'yahoo', reason: 'no_data' }] })],
    answer([]),
    context({ lane: 'finnhub' }),
  );
  expect(end).toMatchObject({ outcome: 'given_up', skip: 'no_data', park: false });
});

describe('when the last who is left has nothing of it either', () => {
  const end = (
    reason: FailureKind,
    kind: 'unknown_symbol' | 'no_data' | 'unavailable',
    more: Partial<Claim> = {},
    lastAttempt = false,
  ) => {
    const claims = [claim('AAPL', { tried: [{ provider: 'yahoo', reason }], to: '2026-11-19', ...more })];
    return settle(claims, answer([], [['AAPL', trouble(kind)]]), context({ lane: 'finnhub', lastAttempt }))[0];
  };

  test.each([
    ['no_data', 'no_data', { skip: 'no_data', inVainTo: '2026-11-19' }],
    ['unknown_symbol', 'no_data', { kind: 'unknown_symbol', inVainTo: '2026-11-19' }],
    ['plan_forbids', 'no_data', { kind: 'no_data' }],
    ['plan_forbids', 'unknown_symbol', { kind: 'unknown_symbol' }],
  ] as const)('history that ended in %s and %s is told and remembered by what all of them said', (one, other, said) => {
    const told = end(one, other, { data: 'bars' });
    expect(told).toMatchObject({ outcome: 'given_up', park: false, ...said });
    for (const only of ['skip', 'inVainTo']) expect(only in (told ?? {})).toBe(only in said);
  });

  test('a price is parked only when nobody was kept from answering, and is never skipped', () => {
    expect(end('no_data', 'unknown_symbol')).toMatchObject({ kind: 'unknown_symbol', park: true });
    for (const kind of ['no_data', 'unknown_symbol'] as const) {
      expect(end('plan_forbids', kind)).toMatchObject({ outcome: 'given_up', park: false });
      expect(end('no_data', kind)).not.toHaveProperty('skip');
      expect(end('no_data', kind)).not.toHaveProperty('inVainTo');
    }
  });

  test('those whose trouble may be over are asked again, but what is held is published meanwhile', () => {
    expect(end('unavailable', 'no_data')).toMatchObject({ outcome: 'passed_on', lane: 'yahoo' });
    const quoted = { ...quote('AAPL'), source: 'fmp', fetchedAt: now, quality: 'suspect' as const, provenance: {} };
    const held = { check: 'jump', detail: 'a jump', expected: null, quote: quoted };
    const heldBars = { source: 'fmp', check: 'jump', detail: 'a jump', closes: { '2026-11-19': '10' } };
    for (const reason of ['unavailable', 'quota_spent'] as const) {
      expect(end(reason, 'no_data', { held })).toMatchObject({ outcome: 'landed', quote: { source: 'fmp' } });
      expect(end(reason, 'no_data', { data: 'bars', heldBars })).toMatchObject({ outcome: 'landed', source: 'fmp' });
    }
    for (const lastAttempt of [false, true])
      expect(end('no_data', 'unavailable', { held }, lastAttempt)).toMatchObject({ outcome: 'landed' });
  });
});

test('a new symbol that two providers do not know is parked without asking those with few calls a day; a known one is asked of all', () => {
  const chain: SettleContext['chain'] = ({ tried, doubtful }) =>
    ['yahoo', 'finnhub', ...(doubtful ? [] : ['alphavantage'])].filter(
      (name) => !tried.some((t) => t.provider === name),
    );
  const nobody = answer([], [['NOPE', trouble('unknown_symbol')]]);
  const asset = { currency: 'USD', calendar: 'XNYS', volatility: null };
  const end = (status: 'unverified' | 'active' | 'parked', tried = triedYahoo.tried) =>
    settle([claim('NOPE', { tried, asset: { ...asset, status } })], nobody, context({ lane: 'finnhub', chain }))[0];
  expect(end('unverified')).toMatchObject({ outcome: 'given_up', kind: 'unknown_symbol', park: true });
  expect(end('parked')).toMatchObject({ outcome: 'given_up', park: true });
  expect(end('active')).toMatchObject({ outcome: 'passed_on', lane: 'alphavantage' });
  expect(end('unverified', [{ provider: 'yahoo', reason: 'plan_forbids' }])).toMatchObject({ lane: 'alphavantage' });
});

test('when nobody is left and the reason may pass, the want is tried again, and rests after the last attempt', () => {
  const wants = [claim('AAPL', { tried: [{ provider: 'yahoo', reason: 'unavailable' }] })];
  const down = answer([], [[null, trouble('unavailable')]]);
  expect(outcomes(settle(wants, down, context({ lane: 'finnhub' })))).toEqual([['AAPL', 'kept']]);
  expect(outcomes(settle(wants, down, context({ lane: 'finnhub', lastAttempt: true })))).toEqual([['AAPL', 'rested']]);
});

test('a price in USDT becomes USD by the stored rate, and without that rate the provider is skipped for it', () => {
  const wants = [claim('BTC-USD', { class: 'crypto' })];
  const tether = answer([quote('BTC-USD', { price: '50000', previousClose: '49000', currency: 'USDT' })]);
  expect(outcomes(settle(wants, tether, context()))).toEqual([['BTC-USD', 'passed_on']]);
  const [end] = settle(wants, tether, context({ usdtRates: { now: '0.999', bySession: new Map() } }));
  expect(end).toMatchObject({
    outcome: 'landed',
    quote: { price: '49950', previousClose: '48951', currency: 'USD', convertedBy: { from: 'USDT', rate: '0.999' } },
  });
});

test('the date of a report that comes along with a price is kept; with a price that is refused it is not', () => {
  const earnings = { symbol: 'AAPL', date: '2027-01-28', when: 'after_close' as const };
  const told = { ...answer([quote('AAPL')]), earnings: new Map([['AAPL', earnings]]) };
  expect(settle([claim('AAPL')], told, context())).toMatchObject([{ outcome: 'landed', earnings }]);
  const bad = { ...told, quotes: new Map([['AAPL', quote('AAPL', { price: '-1' })]]) };
  expect(settle([claim('AAPL')], bad, context())[0]).not.toHaveProperty('earnings');
});

test('a pair that is named in USDT keeps its prices in USDT', () => {
  const tether = answer([quote('BTC-USDT', { price: '50000', previousClose: '49000', currency: 'USDT' })]);
  const wants = [claim('BTC-USDT', { class: 'crypto', asset: null, stored: null })];
  const [end] = settle(wants, tether, context({ usdtRates: { now: '0.999', bySession: new Map() } }));
  expect(end).toMatchObject({ quote: { price: '50000', currency: 'USDT' } });
});

test('daily bars in USDT become USD by the rate of their own session, else by the latest; without any their provider is skipped', () => {
  const bar = (session: string, close: string): Bar => ({
    symbol: 'BTC-USD',
    session,
    open: '50000.5',
    high: '51000',
    low: '49000',
    close,
    volume: '3',
    currency: 'USDT',
  });
  const asset = { currency: 'USD', calendar: '24/7', status: 'active' as const, volatility: null };
  const wants = [claim('BTC-USD', { class: 'crypto', data: 'bars', asset })];
  const bars = new Map([['BTC-USD', [bar('2026-11-17', '50000'), bar('2026-11-18', '50100')]]]);
  const tether = { ...answer([]), bars };
  expect(settle(wants, tether, context())).toMatchObject([
    {
      outcome: 'passed_on',
      because: { reason: 'no_data', detail: 'its price is in USDT and no USDT-USD rate is stored' },
    },
  ]);
  const usdtRates = { now: '0.999', bySession: new Map([['2026-11-17', '0.9951234567']]) };
  expect(settle(wants, tether, context({ usdtRates }))).toMatchObject([
    {
      outcome: 'landed',
      suspectSessions: [],
      bars: [
        { session: '2026-11-17', currency: 'USD', close: '49756.17284', open: '49756.6704', volume: '3' },
        { session: '2026-11-18', currency: 'USD', close: '50049.9', high: '50949', low: '48951' },
      ],
    },
  ]);
});

test('a price from the future, or in another currency than it ever had, is refused and asked elsewhere', () => {
  const future = quote('AAPL', { quoteTime: new Date('2026-11-20T16:00:00Z') });
  expect(outcomes(settle([claim('AAPL')], answer([future]), context()))).toEqual([['AAPL', 'passed_on']]);
  const stored = { price: '10', currency: 'USD', quoteTime: now, fetchedAt: now, source: 'yahoo' };
  expect(
    outcomes(settle([claim('AAPL', { stored })], answer([quote('AAPL', { currency: 'EUR' })]), context())),
  ).toEqual([['AAPL', 'passed_on']]);
});
