import type { Bar, Quote } from '@freshet/market';
import { providerError, reading, refusal } from './reading.ts';
import { sound } from './sound-reading.ts';

const none = { open: null, high: null, low: null, previousClose: null, volume: null, marketCap: null };
const quote = (symbol: string, of: Partial<Quote> = {}): Quote => ({
  ...none,
  symbol,
  price: '10',
  currency: 'USD',
  quoteTime: new Date(0),
  delayS: 0,
  ...of,
});
const bar = (session: string, close: string, of: Partial<Bar> = {}): Bar => ({
  ...{ symbol: 'AAPL', session, open: null, high: null, low: null, close, volume: null, currency: 'USD' },
  ...of,
});

test('one symbol in no currency is refused by itself, the others of its batch are not', () => {
  const read = sound(reading({ quotes: [quote('AAPL'), quote('ODD', { currency: 'U\0S' })] }));
  expect(read.quotes.map(({ symbol }) => symbol)).toEqual(['AAPL']);
  expect(read.errors).toMatchObject([{ symbol: 'ODD', kind: 'malformed' }]);
});

test('nor are bars in no currency read as if nothing were known of it', () => {
  const read = sound(reading({ bars: [bar('2026-01-05', '10', { currency: 'ABC DEF' })] }));
  expect(read).toMatchObject({ bars: [], errors: [{ symbol: 'AAPL', kind: 'malformed' }] });
  const [good, odd] = [bar('2026-01-05', '10'), bar('2026-01-06', '10', { currency: 'ABC DEF' })];
  expect(sound(reading({ bars: [good, odd] })).bars).toEqual([good]);
});

test.each([
  [0.06, 0],
  [899.9999, 900],
  [1e30, 2_678_400],
  [-5, 0],
  [Number.NaN, 0],
])('a delay of %p s becomes whole seconds: %p', (delayS, whole) => {
  const [whose] = sound(reading({ quotes: [quote('AAPL', { delayS })] })).quotes;
  expect(whose).toEqual(quote('AAPL', { delayS: whole }));
});

test('a session that comes twice is kept once, as it came last', () => {
  const read = sound(reading({ bars: [bar('2026-01-05', '10'), bar('2026-01-06', '11'), bar('2026-01-05', '12')] }));
  expect(read.bars.map(({ session, close }) => [session, close])).toEqual([
    ['2026-01-05', '12'],
    ['2026-01-06', '11'],
  ]);
  const inARow = sound(reading({ bars: [bar('2026-01-05', '10'), bar('2026-01-05', '12'), bar('2026-01-06', '11')] }));
  expect(inARow.bars.map(({ close }) => close)).toEqual(['12', '11']);
});

test('a text of theirs holds nothing that Postgres refuses', () => {
  const cut = `down \u{1F6A7}`.slice(0, -1);
  const read = sound(reading({ errors: [providerError('unavailable', `${cut}\0`), providerError('no_data', 'ok')] }));
  expect(read.errors.map(({ detail }) => detail)).toEqual(['down � ', 'ok']);
});

test('what is sound stays as it is', () => {
  const good = reading({
    quotes: [quote('AAPL')],
    bars: [bar('2026-01-05', '10')],
    learned: [{ perSeconds: 60, used: 1 }],
  });
  expect(sound(good)).toEqual(good);
  expect(sound(refusal('no_data', 'nothing'))).toEqual(refusal('no_data', 'nothing'));
});
