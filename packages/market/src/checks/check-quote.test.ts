import type { Quote } from '../quote.ts';
import { agree } from './agree.ts';
import { CHECK_NAMES } from './catalogue.ts';
import type { CheckContext } from './check.ts';
import { checkQuote } from './check-quote.ts';

const NOW = new Date('2026-03-04T16:00:00Z');
const before = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);

const quote = (of: Partial<Quote> = {}): Quote => ({
  symbol: 'AAPL',
  price: '250',
  open: '249',
  high: '252',
  low: '248',
  previousClose: '249.5',
  volume: '1000',
  marketCap: null,
  currency: 'USD',
  quoteTime: NOW,
  delayS: 0,
  ...of,
});

const context = (of: Partial<CheckContext> = {}): CheckContext => ({
  now: NOW,
  stored: {
    price: '250',
    currency: 'USD',
    quoteTime: before(5),
    priceSince: before(5),
  },
  asset: { currency: 'USD', volatility: 0.27, status: 'active' },
  openSince: before(90),
  ...of,
});

test('a good quote passes every check', () => {
  expect(checkQuote(quote(), context())).toEqual({ verdict: 'pass', passed: CHECK_NAMES, older: false, noted: [] });
});

test('so does the first quote of a symbol', () => {
  const first = context({ stored: null, asset: null });
  expect(checkQuote(quote(), first)).toMatchObject({ verdict: 'pass' });
  expect(checkQuote(quote({ previousClose: null }), first)).toMatchObject({ verdict: 'pass', passed: CHECK_NAMES });
  const tiny = quote({ price: '0.00001', open: '0.00001', high: '0.00001', low: '0.00001', previousClose: null });
  expect(checkQuote(tiny, first)).toMatchObject({ verdict: 'pass', passed: CHECK_NAMES });
});

test.each<[string, Partial<Quote>, Partial<CheckContext>]>([
  ['a clock that runs five minutes ahead', { quoteTime: before(-5) }, {}],
  ['a price of the same moment', { quoteTime: before(5) }, {}],
  ['a price that is newer than its high', { price: '377', high: '252' }, { stored: null, asset: null }],
  ['a price that is newer than its low', { price: '166', low: '248' }, { stored: null, asset: null }],
  ['an open that was rounded otherwise than its high', { open: '252.5' }, {}],
])('%s is nothing', (_, of, more) => {
  const finding = checkQuote(quote({ previousClose: null, ...of }), context(more));
  expect(finding).toMatchObject({ verdict: 'pass', older: false });
});

describe('a provider that is wrong is refused', () => {
  test.each<[string, Partial<Quote>, string]>([
    ['nothing', { price: '0' }, 'positive'],
    ['less than nothing', { price: '-3' }, 'positive'],
    ['no number', { price: 'NaN' }, 'positive'],
    ['no end', { price: 'Infinity' }, 'positive'],
    ['a word', { price: 'n/a' }, 'positive'],
    ['a moment more than five minutes ahead', { quoteTime: new Date(before(-5).getTime() + 1) }, 'not_from_the_future'],
    ['tomorrow', { quoteTime: new Date('2026-03-05T16:00:00Z') }, 'not_from_the_future'],
    ['no time', { quoteTime: new Date(Number.NaN) }, 'not_from_the_future'],
    ['pounds', { currency: 'GBP' }, 'currency'],
    ['a low above its high', { low: '260' }, 'consistent'],
    ['an open above its range', { open: '252.6' }, 'consistent'],
    ['an open below its range', { open: '247.4' }, 'consistent'],
    ['an open of nothing', { open: '0' }, 'consistent'],
    ['a high of nothing', { high: '0', low: null, open: null }, 'consistent'],
    ['a negative low', { low: '-1' }, 'consistent'],
  ])('%s', (_, of, check) => {
    expect(checkQuote(quote(of), context())).toMatchObject({ verdict: 'refuse', check });
  });
});

describe('what is suspicious is held', () => {
  test.each<[string, Partial<Quote>, string]>([
    ['a hundred times too much', { price: '25000', open: null, high: null, low: null }, 'unit_slip'],
    ['a hundredth', { price: '2.5', open: null, high: null, low: null }, 'unit_slip'],
    ['half, as after a split 2:1', { price: '125.5', open: null, high: null, low: null }, 'split_gap'],
    ['nearly half, as after a split on a busy day', { price: '119', open: null, high: null, low: null }, 'split_gap'],
    ['less than that', { price: '117.5', open: null, high: null, low: null }, 'jump'],
    ['a third less, as after a split 3:2', { price: '168', open: null, high: null, low: null }, 'split_gap'],
    ['half as much again, as after no split', { price: '375', open: null, high: null, low: null }, 'jump'],
    ['tenfold, as after a split 1:10', { price: '2490', open: null, high: null, low: null }, 'split_gap'],
    ['40 % more in five minutes', { price: '350', high: '350' }, 'jump'],
    ['a price far outside of its own range', { price: '250', high: '150', low: '140', open: '145' }, 'consistent'],
  ])('%s', (_, of, check) => {
    expect(checkQuote(quote(of), context())).toMatchObject({ verdict: 'hold', check });
  });

  test.each<[string, Partial<Quote>]>([
    ['above its range', { price: '379' }],
    ['below its range', { price: '165' }],
  ])('a first price far %s, which tells of nothing else', (_, of) => {
    const first = quote({ ...of, previousClose: null });
    expect(checkQuote(first, context({ stored: null }))).toMatchObject({ verdict: 'hold', check: 'consistent' });
  });

  test.each<[string, Partial<Quote>, Partial<CheckContext>]>([
    ['350 is 40.0 % from 250; its volatility explains 10.7 %', { price: '350', high: '350' }, {}],
    ['2.5 is about a hundredth of 250', { price: '2.5', open: null, high: null, low: null }, {}],
    ['125 after 250 looks like a split 2:1 that nobody has told of', { price: '125', open: null, low: null }, {}],
    [
      '25000 is about a hundred times 250, as if pence were taken for GBP or the other way round',
      { price: '25000', currency: 'GBP', open: null, high: null, low: null },
      { stored: { ...context().stored!, currency: 'GBP' } },
    ],
    ['its price 250 is far outside of its range ? to 150', { open: null, high: '150', low: null }, {}],
    ['it is in EUR, expected USD', { currency: 'EUR' }, {}],
    ['it is in no currency, expected USD', { currency: '' }, { asset: null }],
    ['its time is not a time', { quoteTime: new Date(Number.NaN) }, {}],
    ['its time is 2026-03-05T16:00:00.000Z', { quoteTime: new Date('2026-03-05T16:00:00Z') }, {}],
  ])('or refused, in words: %s', (detail, of, more) => {
    expect(checkQuote(quote(of), context(more))).toMatchObject({ detail });
  });

  test('and names what was expected', () => {
    expect(checkQuote(quote({ price: '350', high: '350' }), context())).toMatchObject({ expected: '250' });
  });

  test('a first quote is held against its own previous close', () => {
    const first = quote({ price: '350', high: '350' });
    expect(checkQuote(first, context({ stored: null }))).toMatchObject({ verdict: 'hold', check: 'jump' });
  });
});

test('what one symbol does every week another never does', () => {
  const up = quote({ price: '290', high: '290' });
  expect(checkQuote(up, context())).toMatchObject({ verdict: 'hold' });
  const lively = { currency: 'USD', volatility: 0.95, status: 'active' };
  expect(checkQuote(up, context({ asset: lively }))).toMatchObject({ verdict: 'pass' });
});

test('after three weeks without a price, a change of a fifth is no wonder', () => {
  const stored = { ...context().stored!, quoteTime: before(21 * 24 * 60) };
  expect(checkQuote(quote({ price: '300', high: '300' }), context({ stored }))).toMatchObject({ verdict: 'pass' });
});

test.each([
  ['double', '500'],
  ['a hundred times as much', '25000'],
])('after a month without a price, %s is no wonder of what moves by its whole price in a week', (_, price) => {
  const stored = { ...context().stored!, quoteTime: before(30 * 24 * 60) };
  const lively = { currency: 'USD', volatility: 3, status: 'active' };
  const later = quote({ price, open: null, high: null, low: null });
  expect(checkQuote(later, context({ stored, asset: lively }))).toMatchObject({ verdict: 'pass' });
});

test('a split that was declared explains its gap, and one of nothing explains none', () => {
  const halved = quote({ price: '125.5', open: null, high: null, low: null });
  expect(checkQuote(halved, context({ split: '2' }))).toMatchObject({ verdict: 'pass' });
  expect(checkQuote(halved, context({ split: '0' }))).toMatchObject({ verdict: 'hold', check: 'split_gap' });
  // The close before that a provider tells with its price is on the price's basis.
  expect(checkQuote(quote(), context({ stored: null, split: '2' }))).toMatchObject({ verdict: 'pass' });
});

describe('a suspect price that is still there', () => {
  const halved = quote({ price: '125.5', open: null, high: null, low: null });
  const stored = { ...context().stored!, quoteTime: before(40) };
  const suspect = { price: '125.4', quoteTime: before(1) };

  test('is the market’s after ten minutes, however often it was told meanwhile', () => {
    const jumped = quote({ price: '350', high: '350' });
    const one = { ...suspect, price: '349' };
    expect(checkQuote(jumped, context({ stored, suspect: one }))).toMatchObject({ verdict: 'hold' });
    expect(checkQuote(jumped, context({ stored, suspect: { ...one, since: before(8) } }))).toMatchObject({
      verdict: 'hold',
    });
    const since = (ms: number) => ({ ...one, since: new Date(before(10).getTime() + ms) });
    expect(checkQuote(jumped, context({ stored, suspect: since(0) }))).toMatchObject({ verdict: 'pass' });
    expect(checkQuote(jumped, context({ stored, suspect: since(1) }))).toMatchObject({ verdict: 'hold' });
  });

  test.each([
    ['332.6', 'pass'],
    ['332.5', 'hold'],
    ['368.3', 'pass'],
    ['368.4', 'hold'],
  ])('is there when it is no further off than three usual days take it: 350 after %s, %s', (price, verdict) => {
    const one = { price, quoteTime: before(15) };
    expect(checkQuote(quote({ price: '350', high: '350' }), context({ stored, suspect: one }))).toMatchObject({
      verdict,
    });
  });

  test('and looks like a split goes on being held while daily bars may tell of one', () => {
    const lasting = context({ stored, suspect: { ...suspect, since: before(11) } });
    expect(checkQuote(halved, { ...lasting, maySplit: () => true })).toMatchObject({
      verdict: 'hold',
      check: 'split_gap',
    });
    expect(checkQuote(halved, { ...lasting, maySplit: () => false })).toMatchObject({ verdict: 'pass' });
  });
});

test('a price older than the stored one is right, and not compared with it', () => {
  const older = quote({ price: '25', open: null, high: null, low: null, quoteTime: before(60) });
  expect(checkQuote(older, context())).toMatchObject({ verdict: 'pass', older: true });
});

test('what is stored says the currency before anything that its asset is taken for', () => {
  const stored = { ...context().stored!, currency: 'EUR' };
  expect(checkQuote(quote(), context({ stored }))).toMatchObject({ verdict: 'refuse', check: 'currency' });
  expect(checkQuote(quote({ currency: 'EUR' }), context({ stored }))).toMatchObject({ verdict: 'pass' });
  const first = checkQuote(quote({ currency: 'EUR' }), context({ stored: null }));
  expect(first).toMatchObject({ verdict: 'refuse', check: 'currency' });
});

test('a currency that was only guessed doesn’t count', () => {
  const guessed = { currency: 'USD', volatility: null, status: 'unverified' };
  expect(checkQuote(quote({ currency: 'EUR' }), context({ stored: null, asset: guessed }))).toMatchObject({
    verdict: 'pass',
  });
});

describe('a first price whose currency nobody names', () => {
  const first = context({ stored: null, asset: { currency: 'GBP', volatility: null, status: 'unverified' } });
  const named = (of: Partial<Quote> = {}) => quote({ currency: 'GBP', ...of });
  const assumed = { from: 'GBP', rate: '1', assumed: true };

  test.each([
    ['GBP', 'GBP'],
    ['GBp', 'GBp by its listing, for GBP'],
  ])('is held: it was taken for %s', (from, takenFor) => {
    expect(checkQuote(named({ convertedBy: { ...assumed, from } }), first)).toMatchObject({
      verdict: 'hold',
      check: 'assumed_unit',
      detail: `its currency isn't named: taken for ${takenFor}`,
    });
  });

  test.each<[string, Partial<Quote>, Partial<CheckContext>]>([
    ['one that is named', { convertedBy: { from: 'GBp', rate: '0.01' } }, {}],
    ['one with a price beside it', { convertedBy: assumed }, { stored: { ...context().stored!, currency: 'GBP' } }],
    ['one of an asset that trades', { convertedBy: assumed }, { asset: { ...first.asset!, status: 'active' } }],
  ])('but not %s', (_, of, more) => {
    expect(checkQuote(named(of), { ...first, ...more })).toMatchObject({ verdict: 'pass' });
  });
});

describe('a price that repeats while its market trades', () => {
  const stood = (minutes: number) => ({ ...context().stored!, priceSince: before(minutes) });

  test('is noted as frozen', () => {
    expect(checkQuote(quote(), context({ stored: stood(30) }))).toMatchObject({
      verdict: 'pass',
      noted: [{ check: 'frozen' }],
    });
  });

  test.each<[number, number, string[]]>([
    [10, 0, ['250 has not changed for 10 minutes of trading']],
    [10.9, 0, ['250 has not changed for 10 minutes of trading']],
    [9.9, 0, []],
    [25, 900, ['250 has not changed for 10 minutes of trading']],
    [24.9, 900, []],
  ])('for %d minutes, told %d s late: %j', (minutes, delayS, details) => {
    const finding = checkQuote(quote({ delayS }), context({ stored: stood(minutes) }));
    expect(finding).toMatchObject({ verdict: 'pass', noted: details.map((detail) => ({ check: 'frozen', detail })) });
  });

  test.each([
    ['250', 0.0397, 1],
    ['250', 0.0396, 0],
    ['250.0001', 0.0397, 1],
    ['250.0001', 0.000397, 1],
    ['250.0001', 0.000396, 0],
    ['250.1', 0.0396, 0],
  ])(
    '%s, of a volatility of %d, could have moved by ten of its smallest steps: %i noted',
    (price, volatility, noted) => {
      const asset = { currency: 'USD', volatility, status: 'active' };
      const finding = checkQuote(quote({ price }), context({ stored: { ...stood(10), price }, asset }));
      expect(finding).toMatchObject({
        verdict: 'pass',
        noted: Array.from({ length: noted }, () => ({ check: 'frozen' })),
      });
    },
  );

  test.each<[string, Partial<CheckContext>]>([
    ['in a closed market', { openSince: null }],
    ['since the open, which was a moment ago', { openSince: before(4) }],
    ['of what hardly ever moves', { asset: { currency: 'USD', volatility: 0.0004 } }],
  ])('but not %s', (_, of) => {
    expect(checkQuote(quote(), context({ stored: stood(30), ...of }))).toMatchObject({ verdict: 'pass', noted: [] });
  });
});

describe('a jump that nobody else could confirm', () => {
  const up = quote({ price: '351', high: '352' });
  const published = (minutes: number) => ({ price: '350', quoteTime: before(minutes) });

  test('is believed once it has lasted', () => {
    expect(checkQuote(up, context({ suspect: published(15) }))).toMatchObject({ verdict: 'pass' });
  });
  test('not at once', () => {
    expect(checkQuote(up, context({ suspect: published(2) }))).toMatchObject({ verdict: 'hold', check: 'jump' });
  });
  test('and never when it is a slip of two digits', () => {
    const slip = quote({ price: '25000', open: null, high: null, low: null });
    const suspect = { price: '25000', quoteTime: before(600) };
    expect(checkQuote(slip, context({ suspect }))).toMatchObject({ verdict: 'hold', check: 'unit_slip' });
  });
});

test('two providers agree when a spread and a day explain the difference', () => {
  const usd = (price: string) => ({ price, currency: 'USD' });
  expect(agree(usd('350'), usd('352'), 0.27)).toBe(true);
  expect(agree(usd('350'), usd('250'), 0.27)).toBe(false);
  expect(agree(usd('350'), { price: '350', currency: 'EUR' }, 0.27)).toBe(false);
});

test.each([
  ['102', true],
  ['102.1', false],
  ['98.1', true],
  ['98', false],
])('beside 100, of which a usual day takes 1 %%, %s agrees: %p', (price, agrees) => {
  const calm = 0.01 * Math.sqrt(252);
  expect(agree({ price: '100', currency: 'USD' }, { price, currency: 'USD' }, calm)).toBe(agrees);
});
