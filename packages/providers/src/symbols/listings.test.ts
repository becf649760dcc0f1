import { BY_SUFFIX } from './listing-tables.ts';
import { isUsListing, listingOf, sessionEnd, timeOfSession } from './listings.ts';
import { pairSymbol, splitPair } from './pair-symbols.ts';
import { isZone } from '../wire/session-date.ts';
import { dayAfter, msToMidnight, msToNextMinute, zonedTime } from '../wire/zoned-time.ts';

test('a listing tells its unit: pence in London, agorot in Tel Aviv, dollars without a suffix', () => {
  const units = [
    'VOD.L',
    'TEVA.TA',
    'NPN.JO',
    'SAP.DE',
    '7203.T',
    'AAPL',
    'BRK-B',
    '^GSPC',
    '^FTSE',
    'JPY=X',
    'BTC-EUR',
  ];
  expect(units.map((symbol) => listingOf(symbol).unit)).toEqual([
    'GBp',
    'ILA',
    'ZAc',
    'EUR',
    'JPY',
    'USD',
    'USD',
    'USD',
    'GBP',
    'JPY',
    'EUR',
  ]);
});

test.each([
  ['PKN.WA', 'PLN'],
  ['035720.KQ', 'KRW'],
  ['THYAO.IS', 'TRY'],
  ['BMW.MU', 'EUR'],
  ['BBCA.JK', 'IDR'],
  ['^IBEX', 'EUR'],
  ['^SSMI', 'CHF'],
  ['^KS11', 'KRW'],
  ['^FTMC', 'GBP'],
  ['^N225', 'JPY'],
])('%s is in %s by its listing, which is no guess', (symbol, unit) => {
  expect(listingOf(symbol)).toMatchObject({ unit });
  expect(listingOf(symbol).guessed).toBeUndefined();
});

test.each(['ABC.XX', 'HSBK.IL', '^NOBODY'])('what %s is in, nobody knows here', (symbol) => {
  expect(listingOf(symbol).guessed).toBe(true);
});

test.each(['AAPL', 'BRK-B', 'GC=F', '^GSPC', '^VIX', 'EURUSD=X', 'BTC-USD'])('%s needs no guess', (symbol) => {
  expect(listingOf(symbol).guessed).toBeUndefined();
});

test('every listing has a zone whose clocks are known', () => {
  for (const { zone } of [...Object.values(BY_SUFFIX), listingOf('^MERV')]) expect(isZone(zone)).toBe(true);
});

test('only names without suffix, pair and index are taken for American', () => {
  expect(['AAPL', 'BRK-B', 'VOD.L', '^GSPC', 'EURUSD=X', 'BTC-USD', 'GC=F'].filter(isUsListing)).toEqual([
    'AAPL',
    'BRK-B',
  ]);
});

test('a session ends by the clocks of its exchange, in summer and in winter', () => {
  expect(sessionEnd('AAPL', '2026-01-15').toISOString()).toBe('2026-01-15T21:00:00.000Z');
  expect(sessionEnd('AAPL', '2026-07-15').toISOString()).toBe('2026-07-15T20:00:00.000Z');
  expect(sessionEnd('7203.T', '2026-07-15').toISOString()).toBe('2026-07-15T06:30:00.000Z');
  expect(sessionEnd('BTC-USD', '2026-07-15').toISOString()).toBe('2026-07-16T00:00:00.000Z');
});

test('a price of which only the day is told is never later than the answer', () => {
  const morning = new Date('2026-07-15T15:00:00Z');
  expect(timeOfSession('AAPL', '2026-07-15', morning).toISOString()).toBe('2026-07-15T04:00:00.000Z');
  expect(timeOfSession('AAPL', '2026-07-14', morning).toISOString()).toBe('2026-07-14T20:00:00.000Z');
});

test('a local time is the moment at which those clocks show it', () => {
  expect(zonedTime('2026-03-08 03:30:00', 'America/New_York')?.toISOString()).toBe('2026-03-08T07:30:00.000Z');
  expect(zonedTime('2026-03-04T15:30', 'Asia/Tokyo')?.toISOString()).toBe('2026-03-04T06:30:00.000Z');
  expect(zonedTime('2017-12-20 19:23:21', 'UTC')?.toISOString()).toBe('2017-12-20T19:23:21.000Z');
  expect(zonedTime('yesterday', 'UTC')).toBeNull();
});

test('a wait lasts to the end of the minute, or to midnight, of 23 or 25 hours where clocks change', () => {
  expect(msToNextMinute(new Date('2026-03-04T16:00:18.250Z'))).toBe(41_750);
  expect(msToMidnight(new Date('2026-03-04T16:00:00Z'), 'UTC')).toBe(8 * 3_600_000);
  expect(msToMidnight(new Date('2026-03-08T05:00:00Z'), 'America/New_York')).toBe(23 * 3_600_000);
  expect(msToMidnight(new Date('2026-11-01T04:00:00Z'), 'America/New_York')).toBe(25 * 3_600_000);
  expect(dayAfter('2024-02-28')).toBe('2024-02-29');
});

test('money in money is FX, anything else a coin', () => {
  expect(pairSymbol('eur', 'usd')).toBe('EURUSD=X');
  expect(pairSymbol('XAG', 'CAD')).toBe('XAGCAD=X');
  expect(pairSymbol('BTC', 'CNY')).toBe('BTC-CNY');
  expect(splitPair('BTCUSDT')).toEqual({ base: 'BTC', quote: 'USDT' });
  expect(splitPair('ETHBTC')).toEqual({ base: 'ETH', quote: 'BTC' });
  expect(splitPair('AUDUSD')).toEqual({ base: 'AUD', quote: 'USD' });
  expect(splitPair('HELLO')).toBeNull();
});
