import type { Bar, Conversion, Quote } from '@freshet/market';
import type { Answer, Claim, Settlement } from '../ports.ts';
import { settle } from './settle.ts';
import type { SettleContext } from './settling.ts';

/** London lists in pence, pounds and dollars; some providers name none of them, and are taken to mean pence. */
const now = new Date('2026-11-20T15:00:00Z');
const inPence: Conversion = { from: 'GBp', rate: '0.01', assumed: true };

const claim = (more: Partial<Claim> = {}): Claim => ({
  ...{ symbol: 'CSPX.L', data: 'quote', class: 'etf', fence: 1, claims: 1, rank: 20, tried: [], freshAfter: now },
  ...{ refreshId: 'ref_1', from: null, to: null, batchCap: null, stored: null },
  asset: { currency: 'USD', calendar: 'XLON', status: 'unverified', volatility: null },
  ...more,
});
const active = (currency: string) => ({
  asset: { currency, calendar: 'XLON', status: 'active' as const, volatility: null },
});
const stored = (price: string, currency: string) => ({
  ...active(currency),
  stored: { price, currency, quoteTime: now, fetchedAt: now, source: 'yahoo', priceSince: now },
});

/** What an adapter makes of a price that is written like this: in pounds of a hundred pence. */
const quote = (price: string, more: Partial<Quote> = {}): Quote => ({
  ...{ symbol: 'CSPX.L', price, open: price, high: null, low: null, previousClose: null, volume: '7', marketCap: null },
  ...{ currency: 'GBP', quoteTime: now, delayS: 0, convertedBy: inPence },
  ...more,
});
const bar = (session: string, close: string): Bar => ({
  ...{ symbol: 'CSPX.L', session, open: null, high: close, low: null, close, volume: '7', currency: 'GBP' },
  ...{ dividend: '0.0125', convertedBy: inPence },
});

const answer = (of: { quote?: Quote; bars?: Bar[] }): Answer => ({
  ...{ receivedAt: now, calls: 1, earnings: new Map(), errors: new Map() },
  quotes: new Map(of.quote ? [['CSPX.L', of.quote]] : []),
  bars: new Map(of.bars ? [['CSPX.L', of.bars]] : []),
});
const context = (lane: string): SettleContext => ({
  ...{
    lane,
    lastAttempt: false,
    now,
    usdtRates: null,
    unwell: false,
    room: () => Infinity,
    forbidden: () => [],
    shutBecause: () => null,
    historyDays: () => Infinity,
  },
  chain: ({ tried }) => ['fmp', 'finnhub', 'yahoo'].filter((name) => !tried.some(({ provider }) => provider === name)),
});
const end = (of: Claim, given: Answer, lane = 'fmp') => settle([of], given, context(lane))[0] as Settlement;

test('a London listing that is known to trade in dollars is read in dollars', () => {
  expect(end(claim(active('USD')), answer({ quote: quote('6.0012') }))).toMatchObject({
    outcome: 'landed',
    quote: { price: '600.12', open: '600.12', currency: 'USD', volume: '7', provenance: { converted: null } },
  });
  expect(end(claim(stored('599', 'USD')), answer({ quote: quote('6.0012') }))).toMatchObject({
    outcome: 'landed',
    quote: { price: '600.12', currency: 'USD' },
  });
});

test('one in pounds is told from one in pence by the price that is stored', () => {
  const [pence, pounds] = [claim(stored('0.71', 'GBP')), claim(stored('71.2', 'GBP'))];
  const written = answer({ quote: quote('0.7123') });
  expect(end(pence, written)).toMatchObject({ outcome: 'landed', quote: { price: '0.7123', convertedBy: inPence } });
  expect(end(pounds, written)).toMatchObject({ outcome: 'landed', quote: { price: '71.23', currency: 'GBP' } });
});

test('one of which nobody has said yet what it trades in is held, and who names it decides', () => {
  const guessed = answer({ quote: quote('6.0012') });
  const held = end(claim(), guessed);
  if (held.outcome !== 'held') throw new Error(`it is ${held.outcome}`);
  expect(held).toMatchObject({ lane: 'finnhub', doubts: [{ check: 'assumed_unit', state: 'held' }] });
  // Another one that names nothing only guesses the same.
  const more = claim({ held: held.held, tried: [held.because] });
  expect(end(more, guessed, 'finnhub')).toMatchObject({ outcome: 'held', lane: 'yahoo' });
  const named = answer({ quote: quote('600.5', { currency: 'USD', convertedBy: undefined }) });
  expect(end(more, named, 'yahoo')).toMatchObject({
    outcome: 'landed',
    quote: { price: '600.5', currency: 'USD', quality: 'good' },
    opinion: { state: 'corrected' },
  });
});

test('when nobody is left who could name it, it is published with its mark', () => {
  const alone: SettleContext = { ...context('fmp'), chain: () => [] };
  expect(settle([claim()], answer({ quote: quote('6.0012') }), alone)).toMatchObject([
    { outcome: 'landed', quote: { price: '6.0012', currency: 'GBP', quality: 'suspect' } },
  ]);
});

test('its history is read in the same unit, and left alone while nobody knows that', () => {
  const bars = answer({ bars: [bar('2026-11-18', '5.99'), bar('2026-11-19', '6.01')] });
  const wanted = (more: Partial<Claim>) => claim({ data: 'bars', ...more });
  expect(end(wanted(active('USD')), bars)).toMatchObject({
    outcome: 'landed',
    bars: [
      { session: '2026-11-18', close: '599', high: '599', low: null, currency: 'USD', dividend: '1.25', volume: '7' },
      { session: '2026-11-19', close: '601' },
    ],
  });
  expect(end(wanted(stored('5.9', 'GBP')), bars)).toMatchObject({ bars: [{ close: '5.99' }, { close: '6.01' }] });
  expect(end(wanted({}), bars)).toMatchObject({ outcome: 'passed_on', because: { reason: 'malformed' } });
});

/** What an adapter makes of a price on an exchange that nobody knows here: dollars, which are a guess. */
const asGuess: Conversion = { from: 'USD', rate: '1', assumed: true };
const guess = (price: string) => quote(price, { currency: 'USD', convertedBy: asGuess });

test('a price on an exchange that nobody knows here is in what the symbol is known to trade in', () => {
  const landed = { price: '41000', open: '41000', currency: 'KRW', quality: 'good', provenance: { converted: null } };
  expect(end(claim(active('KRW')), answer({ quote: guess('41000') }))).toMatchObject({ quote: landed });
  expect(end(claim(stored('40800', 'KRW')), answer({ quote: guess('41000') }))).toMatchObject({ quote: landed });
  expect(end(claim(stored('40800', 'USD')), answer({ quote: guess('41000') }))).toMatchObject({
    outcome: 'landed',
    quote: { price: '41000', currency: 'USD', provenance: { converted: null } },
  });
});

test('there a price in another unit is still told by the stored one', () => {
  const slip = end(claim(stored('40800', 'KRW')), answer({ quote: guess('4080000') }));
  expect(slip).toMatchObject({ outcome: 'held', doubts: [{ check: 'unit_slip' }] });
});

test('of a new symbol there, dollars are no good price until somebody names them', () => {
  const held = end(claim(), answer({ quote: guess('41000') }));
  if (held.outcome !== 'held') throw new Error(`it is ${held.outcome}`);
  expect(held.doubts).toMatchObject([{ check: 'assumed_unit', detail: "its currency isn't named: taken for USD" }]);
  const named = answer({ quote: quote('41000', { currency: 'KRW', convertedBy: undefined }) });
  expect(end(claim({ held: held.held, tried: [held.because] }), named, 'yahoo')).toMatchObject({
    outcome: 'landed',
    quote: { price: '41000', currency: 'KRW', quality: 'good' },
  });
});

test('its history goes the same way', () => {
  const days = [bar('2026-11-18', '40900'), bar('2026-11-19', '41000')];
  const bars = answer({ bars: days.map((one) => ({ ...one, currency: 'USD', convertedBy: asGuess })) });
  expect(end(claim({ data: 'bars', ...active('KRW') }), bars)).toMatchObject({
    outcome: 'landed',
    bars: [
      { close: '40900', currency: 'KRW' },
      { close: '41000', currency: 'KRW' },
    ],
  });
  expect(end(claim({ data: 'bars' }), bars)).toMatchObject({ outcome: 'passed_on', because: { reason: 'malformed' } });
});
