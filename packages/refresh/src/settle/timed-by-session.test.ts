import { calendarIdOf, calendarOf, freshnessOf, reasonNotToAsk } from '@freshet/calendar';
import { classOfSymbol, type Quote } from '@freshet/market';
import type { Claim } from '../ports.ts';
import { settle } from './settle.ts';
import type { SettleContext } from './settling.ts';

const DAY_S = 86_400;

/** What is stored of a price of which only the day was told, by a provider that is a day late. */
function stored(
  symbol: string,
  session: string,
  received: string,
  calendar: string | null = calendarIdOf('equity', symbol),
) {
  const fetchedAt = new Date(received);
  const assetClass = classOfSymbol(symbol);
  const claim: Claim = {
    ...{ symbol, data: 'quote', class: assetClass, fence: 1, claims: 1, rank: 20, tried: [], freshAfter: fetchedAt },
    ...{ refreshId: 'ref_1', from: null, to: null, batchCap: null, stored: null },
    asset: calendar === null ? null : { currency: 'USD', calendar, status: 'active', volatility: null },
  };
  const quote: Quote = {
    ...{ symbol, price: '70', open: null, high: null, low: null, previousClose: null, volume: null, marketCap: null },
    ...{ currency: 'USD', quoteTime: new Date(`${session}T05:00:00Z`), session, delayS: DAY_S },
  };
  const [end] = settle(
    [claim],
    {
      ...{ receivedAt: fetchedAt, calls: 1, bars: new Map(), earnings: new Map(), errors: new Map() },
      quotes: new Map([[symbol, quote]]),
    },
    { lane: 'late', lastAttempt: false, now: fetchedAt, usdtRates: null, chain: () => [] } as unknown as SettleContext,
  );
  if (end?.outcome !== 'landed' || !end.quote) throw new Error('it did not land');
  return end.quote;
}

const timeOf = (...given: Parameters<typeof stored>) => stored(...given).quoteTime.toISOString();

test('a session that is over was priced last when its final price was made: after the auction, on half days early', () => {
  expect(timeOf('AAPL', '2026-11-17', '2026-11-17T22:00:00Z')).toBe('2026-11-17T21:00:00.000Z');
  expect(timeOf('VOD.L', '2026-11-17', '2026-11-17T18:00:00Z')).toBe('2026-11-17T16:35:00.000Z');
  expect(timeOf('AAPL', '2026-11-27', '2026-11-27T19:00:00Z')).toBe('2026-11-27T18:00:00.000Z');
  expect(timeOf('AAPL', '2026-11-27', '2026-11-27T21:30:00Z')).toBe('2026-11-27T18:00:00.000Z');
  expect(timeOf('AAPL', '2026-11-27', '2026-11-29T12:00:00Z')).toBe('2026-11-27T18:00:00.000Z');
});

test('while it goes on no more is certain than that it has opened, and before that nothing', () => {
  expect(timeOf('AAPL', '2026-11-17', '2026-11-17T15:00:00Z')).toBe('2026-11-17T14:30:00.000Z');
  expect(timeOf('VOD.L', '2026-11-17', '2026-11-17T16:32:00Z')).toBe('2026-11-17T08:00:00.000Z');
  expect(timeOf('AAPL', '2026-11-17', '2026-11-17T14:00:00Z')).toBe('2026-11-17T05:00:00.000Z');
});

test('the guess stays where nobody knows the hours and where the date is no session; a new symbol goes by its name', () => {
  expect(timeOf('SAP.DE', '2026-11-17', '2026-11-17T18:00:00Z')).toBe('2026-11-17T05:00:00.000Z');
  expect(timeOf('AAPL', '2026-11-26', '2026-11-27T12:00:00Z')).toBe('2026-11-26T05:00:00.000Z');
  expect(timeOf('VOD.L', '2026-11-17', '2026-11-17T18:00:00Z', null)).toBe('2026-11-17T16:35:00.000Z');
  expect(stored('VOD.L', '2026-11-17', '2026-11-17T18:00:00Z')).not.toHaveProperty('session');
});

test.each([
  ['in London', 'VOD.L', '2026-11-17', '2026-11-17T18:00:00Z', '2026-11-17T23:20:00Z'],
  ['in New York', 'AAPL', '2026-11-17', '2026-11-17T22:00:00Z', '2026-11-18T01:00:00Z'],
  ['on a half day', 'AAPL', '2026-11-27', '2026-11-27T19:00:00Z', '2026-11-27T19:20:00Z'],
])('the close of the day is held %s: it is fresh, and not asked for again', (_, symbol, session, received, later) => {
  const calendar = calendarOf(calendarIdOf('equity', symbol));
  const now = new Date(later);
  const quote = stored(symbol, session, received);
  expect(reasonNotToAsk(quote, { calendar, now })).toBe('market_closed');
  expect(freshnessOf(quote, calendar, now)).toBe('fresh');
});
