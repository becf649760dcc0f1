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
  expect(checkQuote(quote(), context({ stored: null, asset: null }))).toMatchObject({ verdict: 'pass' });
});

describe('a provider that is wrong is refused', () => {
  test.each<[string, Partial<Quote>, string]>([
    ['nothing', { price: '0' }, 'positive'],
    ['less than nothing', { price: '-3' }, 'positive'],
    ['no number', { price: 'NaN' }, 'positive'],
    ['no end', { price: 'Infinity' }, 'positive'],
    ['a word', { price: 'n/a' }, 'positive'],
    ['tomorrow', { quoteTime: new Date('2026-03-05T16:00:00Z') }, 'not_from_the_future'],
    ['no time', { quoteTime: new Date(Number.NaN) }, 'not_from_the_future'],
    ['pounds', { currency: 'GBP' }, 'currency'],
    ['a low above its high', { low: '260' }, 'consistent'],
    ['an open outside of its range', { open: '300' }, 'consistent'],
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
    ['tenfold, as after a split 1:10', { price: '2490', open: null, high: null, low: null }, 'split_gap'],
    ['40 % more in five minutes', { price: '350', high: '350' }, 'jump'],
    ['a price far outside of its own range', { price: '250', high: '150', low: '140', open: '145' }, 'consistent'],
  ])('%s', (_, of, check) => {
    expect(checkQuote(quote(of), context())).toMatchObject({ verdict: 'hold', check });
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

test('a split that was declared explains its gap', () => {
  const halved = quote({ price: '125.5', open: null, high: null, low: null });
  expect(checkQuote(halved, context({ split: '2' }))).toMatchObject({ verdict: 'pass' });
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
    expect(checkQuote(jumped, context({ stored, suspect: { ...one, since: before(11) } }))).toMatchObject({
      verdict: 'pass',
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

test('a currency that was only guessed doesn’t count', () => {
  const guessed = { currency: 'USD', volatility: null, status: 'unverified' };
  expect(checkQuote(quote({ currency: 'EUR' }), context({ stored: null, asset: guessed }))).toMatchObject({
    verdict: 'pass',
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
