import { EVENT_TYPES, MAX_SYMBOLS } from '@freshet/contracts';
import { askLatest, MOST_SYMBOLS, partsOf, retryMs, streamAddress } from './many-symbols.ts';

const symbols = (count: number, prefix = 'S') => Array.from({ length: count }, (_, n) => `${prefix}${n}`);
const LONG = `^${'W'.repeat(26)}`;

test('as many symbols are named at once as the API takes', () => {
  expect(MOST_SYMBOLS).toBe(MAX_SYMBOLS);
  expect(partsOf([])).toEqual([]);
  expect(partsOf(symbols(500))).toEqual([symbols(500)]);
  expect(partsOf(symbols(1_001)).map((part) => part.length)).toEqual([500, 500, 1]);
  expect(partsOf(symbols(1_001)).flat()).toEqual(symbols(1_001));
});

test('long symbols are fewer of them, so that a proxy takes the address', () => {
  const parts = partsOf(symbols(500, LONG));
  expect(parts.flat()).toEqual(symbols(500, LONG));
  for (const part of parts) expect(encodeURIComponent(part.join(',')).length).toBeLessThan(8_000 - 100);
});

test('quotes of more symbols than one request names are one answer', async () => {
  const asked: number[] = [];
  const quote = (symbol: string) => ({ symbol }) as never;
  const { quotes, missing } = await askLatest({ query: { symbols: symbols(505).join(',') } }, async (_key, given) => {
    const all = given?.query?.symbols.split(',') ?? [];
    asked.push(all.length);
    return { quotes: all.slice(1).map(quote), missing: all.slice(0, 1) };
  });
  expect(asked).toEqual([500, 5]);
  expect(missing).toEqual(['S0', 'S500']);
  expect(quotes).toHaveLength(503);
});

test('a stream names its symbols as long as one request can, and has all prices beyond', () => {
  const queryOf = (all: string[]) => Object.fromEntries(new URL(streamAddress(all), 'http://a').searchParams);
  expect(queryOf([])).toEqual({ types: EVENT_TYPES.filter((type) => type !== 'price_update').join(',') });
  expect(queryOf(symbols(500))).toEqual({ symbols: symbols(500).join(',') });
  expect(queryOf(symbols(501))).toEqual({ types: EVENT_TYPES.join(',') });
  expect(queryOf(symbols(500, LONG))).toEqual({ types: EVENT_TYPES.join(',') });
});

test('an address that stays refused is tried ever less often', () => {
  expect([1, 2, 3, 4, 5, 6, 50].map(retryMs)).toEqual([3_000, 6_000, 12_000, 24_000, 48_000, 60_000, 60_000]);
});
