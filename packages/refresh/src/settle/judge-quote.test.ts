import type { Bar, Quote } from '@freshet/market';
import type { TriedProvider } from '@freshet/contracts';
import type { Answer, Claim, LandedQuote, Settlement } from '../ports.ts';
import { settle } from './settle.ts';
import type { SettleContext } from './settling.ts';

const now = new Date('2026-11-20T15:00:00Z');
const earlier = new Date('2026-11-20T14:55:00Z');

function claim(more: Partial<Claim> = {}): Claim {
  return {
    symbol: 'AAPL',
    data: 'quote',
    class: 'equity',
    fence: 1,
    claims: 1,
    rank: 20,
    tried: [],
    freshAfter: now,
    ...{
      refreshId: 'ref_1',
      from: null,
      to: null,
      batchCap: null,
    },
    asset: {
      currency: 'USD',
      calendar: 'XNYS',
      status: 'active',
      volatility: 0.27,
    },
    stored: {
      ...{
        price: '250',
        currency: 'USD',
        quoteTime: earlier,
        fetchedAt: earlier,
      },
      ...{
        source: 'yahoo',
        priceSince: earlier,
      },
    },
    ...more,
  };
}

const quote = (price: string, more: Partial<Quote> = {}): Quote => ({
  symbol: 'AAPL',
  price,
  open: null,
  high: null,
  low: null,
  previousClose: null,
  volume: null,
  marketCap: null,
  ...{
    currency: 'USD',
    quoteTime: now,
    delayS: 0,
  },
  ...more,
});

const answer = (quotes: Quote[], bars: Bar[] = [], errors: Answer['errors'] = new Map()): Answer => ({
  receivedAt: now,
  calls: 1,
  quotes: new Map(quotes.map((each) => [each.symbol, each])),
  bars: new Map(bars.length > 0 ? [['AAPL', bars]] : []),
  earnings: new Map(),
  errors,
});

/** A chain of two: yahoo, then finnhub; `of` limits it. */
const context = (lane: string, of = ['yahoo', 'finnhub']): SettleContext => ({
  lane,
  lastAttempt: false,
  now,
  usdtRates: null,
  chain: ({ tried }: { tried: TriedProvider[] }) =>
    of.filter((name) => name !== lane && !tried.some(({ provider }) => provider === name)),
  unwell: false,
  room: () => Infinity,
  forbidden: () => [],
  shutBecause: () => null,
  historyDays: () => Infinity,
});

const first = (claims: Claim[], given: Answer, settling: SettleContext): Settlement => {
  const [end] = settle(claims, given, settling);
  if (!end) throw new Error('nothing was settled');
  return end;
};

/** A want that asks finnhub for a second opinion on what yahoo said. */
function heldOf(price: string): Claim {
  const end = first([claim()], answer([quote(price)]), context('yahoo'));
  if (end.outcome !== 'held') throw new Error(`it was ${end.outcome}`);
  return claim({ tried: [end.because], held: end.held });
}

describe('a suspicious price', () => {
  test('is held, told of, and another provider is asked', () => {
    expect(first([claim()], answer([quote('360')]), context('yahoo'))).toMatchObject({
      outcome: 'held',
      lane: 'finnhub',
      because: { provider: 'yahoo', reason: 'suspicious' },
      doubts: [{ check: 'jump', state: 'held', source: 'yahoo', price: '360', expected: '250' }],
    });
  });

  test('is accepted when the second provider says the same', () => {
    const end = first([heldOf('360')], answer([quote('361')]), context('finnhub'));
    expect(end).toMatchObject({
      outcome: 'landed',
      quote: {
        price: '361',
        source: 'finnhub',
        quality: 'good',
        provenance: { cross_check: { source: 'yahoo', price: '360', agrees: true } },
      },
      opinion: { state: 'accepted' },
    });
    expect(end.doubts).toBeUndefined();
  });

  test('is corrected when the second provider says otherwise', () => {
    expect(first([heldOf('360')], answer([quote('250.4')]), context('finnhub'))).toMatchObject({
      outcome: 'landed',
      quote: { price: '250.4', quality: 'good', provenance: { cross_check: { agrees: false } } },
      opinion: { state: 'corrected' },
    });
  });

  test('is published as suspect when there is nobody else', () => {
    expect(first([claim()], answer([quote('360')]), context('yahoo', ['yahoo']))).toMatchObject({
      outcome: 'landed',
      quote: { price: '360', quality: 'suspect', provenance: { suspicion: { check: 'jump' } } },
      doubts: [{ state: 'suspect' }],
    });
  });

  test.each(['unknown_symbol', 'unavailable'] as const)('is published as suspect when the other one is %s', (kind) => {
    const errors: Answer['errors'] = new Map([['AAPL', { kind, retryAfterMs: null, detail: kind }]]);
    expect(first([heldOf('360')], answer([], [], errors), context('finnhub'))).toMatchObject({
      outcome: 'landed',
      quote: { price: '360', source: 'yahoo', quality: 'suspect' },
      opinion: { state: 'suspect' },
    });
  });

  test('waits on while the other one may not be asked at this moment', () => {
    const errors: Answer['errors'] = new Map([[null, { kind: 'rate_limited', retryAfterMs: 1, detail: 'limit' }]]);
    expect(first([heldOf('360')], answer([], [], errors), context('finnhub'))).toMatchObject({ outcome: 'released' });
  });

  test('is published as suspect when the second one is suspicious in another way', () => {
    expect(first([heldOf('360')], answer([quote('25000')]), context('finnhub'))).toMatchObject({
      outcome: 'landed',
      quote: { price: '360', quality: 'suspect' },
      opinion: { state: 'suspect' },
    });
  });

  test('goes on to a third when there is one', () => {
    expect(
      first([heldOf('360')], answer([quote('25000')]), context('finnhub', ['yahoo', 'finnhub', 'iex'])),
    ).toMatchObject({
      outcome: 'held',
      lane: 'iex',
      held: { quote: { price: '360' } },
    });
  });
});

describe('a price that looks like a split', () => {
  /** Yahoo said 25 after 250, and finnhub says so too. */
  const agreed = (more: Partial<Claim> = {}, of = ['yahoo', 'finnhub']) =>
    first([{ ...heldOf('25'), ...more }], answer([quote('25.02')]), context('finnhub', of));
  const known = { price: '25', quoteTime: now, source: 'finnhub', check: 'split_gap', since: earlier };

  test('stays suspect though two say so, until daily bars have told of its session', () => {
    expect(agreed()).toMatchObject({
      outcome: 'landed',
      quote: {
        ...{ price: '25.02', quality: 'suspect' },
        provenance: {
          suspicion: { check: 'split_gap', since: now, seconded: true },
          cross_check: { source: 'yahoo', agrees: true },
        },
      },
      opinion: { state: 'suspect', detail: expect.stringContaining('daily bars are to tell') },
    });
    const yesterday = { suspect: { ...known, toldTo: '2026-11-19' } };
    expect(agreed(yesterday)).toMatchObject({ quote: { quality: 'suspect' } });
  });

  test('is accepted when they have told of its session and declare none, or nobody has any', () => {
    const told = { suspect: { ...known, toldTo: '2026-11-20' } };
    expect(agreed(told)).toMatchObject({ quote: { quality: 'good' }, opinion: { state: 'accepted' } });
    const nobody = { ...context('finnhub'), chain: () => [] };
    expect(first([heldOf('25')], answer([quote('25')]), nobody)).toMatchObject({ quote: { quality: 'good' } });
  });

  test('is good once the split is known', () => {
    expect(agreed({ split: '10' })).toMatchObject({ quote: { quality: 'good' }, opinion: { state: 'accepted' } });
  });

  test('that two have said needs no third: only the bars were open', () => {
    const again = (suspect: Claim['suspect']) => first([claim({ suspect })], answer([quote('25.1')]), context('yahoo'));
    expect(again({ ...known, seconded: true })).toMatchObject({
      outcome: 'landed',
      quote: { quality: 'suspect', provenance: { suspicion: { since: earlier, seconded: true } } },
      doubts: [{ check: 'split_gap', state: 'suspect' }],
    });
    expect(again({ ...known, seconded: true, toldTo: '2026-11-20' })).toMatchObject({
      quote: { quality: 'good', provenance: { cross_check: { source: 'finnhub', price: '25', agrees: true } } },
      opinion: { state: 'accepted' },
    });
    // Another price is another question.
    expect(again({ ...known, price: '50', seconded: true })).toMatchObject({ outcome: 'held' });
  });

  test('is told by bars through its session, whatever comes of them', () => {
    const wanted = claim({ data: 'bars', from: '2026-11-13', to: '2026-11-20', suspect: known });
    const bar = {
      ...{ symbol: 'AAPL', session: '2026-11-20', close: '25', volume: '1' },
      open: null,
      high: null,
      low: null,
    };
    expect(first([wanted], answer([], [bar]), context('yahoo'))).toMatchObject({ tellsTo: '2026-11-20' });
    expect(first([wanted], answer([]), context('yahoo', ['yahoo']))).toMatchObject({ tellsTo: '2026-11-20' });
    expect(first([wanted], answer([]), context('yahoo'))).not.toHaveProperty('tellsTo');
    const wrong = answer([], [], new Map([['AAPL', { kind: 'malformed', retryAfterMs: null, detail: 'odd' }]]));
    const last = { ...context('yahoo', ['yahoo']), lastAttempt: true };
    expect(first([wanted], wrong, last)).toMatchObject({ outcome: 'rested', tellsTo: '2026-11-20' });
    expect(first([{ ...wanted, suspect: null }], answer([], [bar]), context('yahoo'))).not.toHaveProperty('tellsTo');
  });
});

test('a price that can’t be is refused, told of, and asked elsewhere', () => {
  expect(first([claim()], answer([quote('250', { currency: 'EUR' })]), context('yahoo'))).toMatchObject({
    outcome: 'passed_on',
    because: { reason: 'malformed' },
    doubts: [{ check: 'currency', state: 'rejected' }],
  });
});

test('a price that stands still while its market trades is stored, and told of', () => {
  const stood = new Date('2026-11-20T14:40:00Z');
  const stored = { ...(claim().stored as NonNullable<Claim['stored']>), priceSince: stood };
  expect(first([claim({ stored })], answer([quote('250')]), context('yahoo'))).toMatchObject({
    outcome: 'landed',
    quote: { quality: 'good' } satisfies Partial<LandedQuote>,
    doubts: [{ check: 'frozen', state: 'suspect' }],
  });
});

describe('a price that stands still late in the evening', () => {
  const late = new Date('2026-11-20T22:00:00Z');
  const standing = (symbol: string, assetClass: Claim['class'], calendar: string) => {
    const { asset, stored } = claim();
    const own = claim({
      symbol,
      class: assetClass,
      asset: { ...asset!, calendar },
      stored: { ...stored!, priceSince: new Date('2026-11-20T16:45:00Z') },
    });
    return first([own], answer([{ ...quote('250'), symbol }]), { ...context('yahoo'), now: late });
  };

  test('is no finding where nobody knows when its exchange trades', () => {
    for (const [symbol, assetClass] of [
      ['SAP.DE', 'equity'],
      ['^GDAXI', 'index'],
    ] as const) {
      const landed = standing(symbol, assetClass, '24/5');
      expect(landed).toMatchObject({ outcome: 'landed', quote: { quality: 'good' } });
      expect(landed).not.toHaveProperty('doubts');
    }
  });

  test('is one where trading goes on', () => {
    for (const [symbol, assetClass, calendar] of [
      ['EURUSD=X', 'fx', '24/5'],
      ['BTC-USD', 'crypto', '24/7'],
    ] as const)
      expect(standing(symbol, assetClass, calendar)).toMatchObject({ doubts: [{ check: 'frozen' }] });
  });
});

describe('daily bars', () => {
  const bars = (closes: number[]): Bar[] =>
    closes.map((close, i) => ({
      symbol: 'AAPL',
      session: `2026-10-${String(i + 10)}`,
      open: null,
      high: null,
      low: null,
      ...{
        close: String(close),
        volume: '1',
      },
    }));
  const wanted = claim({ data: 'bars', from: '2026-10-10', to: '2026-10-20' });

  test('that are right land without a word', () => {
    const end = first([wanted], answer([], bars([100, 101, 102, 101])), context('yahoo'));
    expect(end).toMatchObject({ outcome: 'landed', suspectSessions: [] });
    expect(end.doubts).toBeUndefined();
  });

  const slipped = bars([100, 101, 10200, 101, 102]);

  test('with a slip by a hundred are stored with that session marked, and another provider is asked', () => {
    expect(first([wanted], answer([], slipped), context('yahoo'))).toMatchObject({
      outcome: 'held_bars',
      lane: 'finnhub',
      because: { provider: 'yahoo', reason: 'suspicious' },
      bars: slipped,
      suspectSessions: ['2026-10-12'],
      doubts: [{ check: 'bars.unit_slip', state: 'held' }],
    });
  });

  test('land with the mark when nobody else can be asked', () => {
    expect(first([wanted], answer([], slipped), context('yahoo', ['yahoo']))).toMatchObject({
      outcome: 'landed',
      suspectSessions: ['2026-10-12'],
      doubts: [{ check: 'bars.unit_slip', state: 'suspect' }],
    });
  });

  test.each([
    ['is believed when that fits what is stored further back', 160, 102, []],
    ['is not when it does not', 102, 160, ['2026-10-12']],
  ])('of a provider that corrects itself where nobody else can be asked: it %s', (_, was, says, suspect) => {
    const before = ['01', '02', '05', '06', '07', '08', '09'].map((day) => ({
      session: `2026-10-${day}`,
      close: '100',
    }));
    const storedCloses = [
      ...before,
      ...bars([100, 101, was, 101, 102]).map(({ session, close }) => ({ session, close })),
    ];
    const end = first(
      [{ ...wanted, storedCloses }],
      answer([], bars([100, 101, says, 101, 102])),
      context('yahoo', ['yahoo']),
    );
    expect(end).toMatchObject({ outcome: 'landed', suspectSessions: suspect });
    expect(end.doubts?.length ?? 0).toBe(suspect.length);
  });

  /** A want that asks finnhub for a second opinion on what yahoo's bars say. */
  function heldBarsOf(given: Bar[]): Claim {
    const end = first([wanted], answer([], given), context('yahoo'));
    if (end.outcome !== 'held_bars') throw new Error(`it was ${end.outcome}`);
    return { ...wanted, tried: [end.because], heldBars: end.heldBars };
  }

  test('are corrected by the second provider, which is taken at its word for these sessions alone', () => {
    const second = bars([99, 100, 102, 100, 101]);
    expect(first([heldBarsOf(slipped)], answer([], second), context('finnhub'))).toMatchObject({
      outcome: 'landed',
      bars: [{ session: '2026-10-12', close: '102' }],
      suspectSessions: [],
      opinion: { state: 'corrected', detail: 'finnhub says otherwise of 2026-10-12: 102' },
    });
  });

  test('are accepted when the second provider says the same', () => {
    expect(
      first([heldBarsOf(slipped)], answer([], bars([100, 101, 10190, 101, 102])), context('finnhub')),
    ).toMatchObject({
      bars: [{ session: '2026-10-12', close: '10190' }],
      opinion: { state: 'accepted' },
    });
  });

  test('stay marked where the second provider is suspicious too and says something else', () => {
    expect(first([heldBarsOf(slipped)], answer([], bars([100, 101, 1, 101, 102])), context('finnhub'))).toMatchObject({
      outcome: 'landed',
      bars: [],
      opinion: { state: 'suspect', detail: 'finnhub leaves 1 open' },
    });
  });

  test('that only hid a split are right once the second provider tells of it', () => {
    const undeclared = bars([400, 404, 400, 101, 100, 101]);
    const declared = undeclared.map((bar, i) => (i === 3 ? { ...bar, splitRatio: '4' } : bar));
    const held = heldBarsOf(undeclared);
    expect(Object.keys(held.heldBars?.closes ?? {})).toEqual(['2026-10-10', '2026-10-11', '2026-10-12']);
    expect(first([held], answer([], declared), context('finnhub'))).toMatchObject({
      bars: [{ close: '400' }, { close: '404' }, { close: '400' }, { close: '101', splitRatio: '4' }],
      opinion: { state: 'accepted' },
    });
  });

  test('that look like a split stay marked when the second provider tells of another one, which explains nothing', () => {
    const undeclared = bars([400, 404, 400, 101, 100, 101]);
    const another = undeclared.map((bar, i) => (i === 5 ? { ...bar, splitRatio: '4' } : bar));
    const end = first([heldBarsOf(undeclared)], answer([], another), context('finnhub'));
    expect(end).toMatchObject({ outcome: 'landed', source: 'yahoo', opinion: { state: 'suspect' } });
    expect(end).not.toHaveProperty('bars');
  });

  const splitAt = (of: Bar[], index: number) => of.map((bar, i) => (i === index ? { ...bar, splitRatio: '4' } : bar));

  test('bring no split of the second provider that its own prices don’t show', () => {
    const second = splitAt(bars([100, 101, 102, 101, 102]), 4);
    const end = first([heldBarsOf(slipped)], answer([], second), context('finnhub'));
    expect(end).toMatchObject({ bars: [{ session: '2026-10-12', close: '102' }], opinion: { state: 'corrected' } });
    expect(end).toHaveProperty('bars.length', 1);
  });

  test('that don’t show a split which they declare stay marked, though the second provider’s show it: the rest would be on another basis', () => {
    const held = heldBarsOf(splitAt(bars([100, 101, 100, 101, 102]), 2));
    expect(held.heldBars).toMatchObject({ disbelieved: ['2026-10-12'] });
    const end = first([held], answer([], splitAt(bars([100, 101, 25, 25, 26]), 2)), context('finnhub'));
    expect(end).toMatchObject({ outcome: 'landed', opinion: { state: 'suspect' } });
    expect(JSON.stringify(end)).not.toContain('splitRatio":"4');
  });

  test('stay marked when the second provider has none of them, or can not be asked', () => {
    const opinion = { state: 'suspect', detail: expect.stringContaining('no second opinion could be had') };
    const short = answer([], bars([100, 101]));
    expect(first([heldBarsOf(slipped)], short, context('finnhub'))).toMatchObject({
      outcome: 'landed',
      source: 'yahoo',
      opinion,
    });
    const down: Answer['errors'] = new Map([[null, { kind: 'unavailable', retryAfterMs: null, detail: 'down' }]]);
    const end = first([heldBarsOf(slipped)], answer([], [], down), context('finnhub'));
    expect(end).toMatchObject({ outcome: 'landed', opinion });
    expect(end).not.toHaveProperty('bars');
  });

  test('lose the sessions that can’t be', () => {
    expect(first([wanted], answer([], bars([100, -1, 102])), context('yahoo'))).toMatchObject({
      outcome: 'landed',
      bars: [{ close: '100' }, { close: '102' }],
      doubts: [{ check: 'bars.positive', state: 'rejected' }],
    });
  });

  test('none of which can be are asked of somebody else', () => {
    expect(first([wanted], answer([], bars([-1, -2])), context('yahoo'))).toMatchObject({ outcome: 'passed_on' });
  });
});

test('a price older than the stored one is asked for elsewhere while the market is open, and enough when its close is held', () => {
  const held = new Date('2026-11-20T21:00:05Z');
  const evening = new Date('2026-11-20T22:30:00Z');
  const old = answer([quote('249', { quoteTime: new Date('2026-11-20T14:40:00Z') })]);
  expect(first([claim()], old, context('yahoo'))).toMatchObject({
    outcome: 'passed_on',
    because: { reason: 'older', detail: expect.stringContaining('14:40:00.000Z, the stored one of 2026-11-20T14:55') },
  });
  const stored = { ...claim().stored, quoteTime: held, fetchedAt: held } as Claim['stored'];
  const atClose = answer([quote('249', { quoteTime: new Date('2026-11-20T21:00:00Z') })]);
  expect(first([claim({ stored })], atClose, { ...context('yahoo'), now: evening })).toMatchObject({
    outcome: 'given_up',
    skip: 'market_closed',
    nextRefreshAt: expect.any(Date),
  });
});

test('an older price is no second opinion: what is held is published with its mark', () => {
  const doubtful = first([claim()], answer([quote('900')]), context('yahoo'));
  if (doubtful.outcome !== 'held') throw new Error('it is not held');
  const old = answer([quote('249', { quoteTime: new Date('2026-11-20T14:40:00Z') })]);
  const second = claim({ held: doubtful.held, tried: [doubtful.because] });
  expect(first([second], old, context('finnhub'))).toMatchObject({
    outcome: 'landed',
    quote: { price: '900', quality: 'suspect' },
    opinion: { state: 'suspect' },
  });
});
