import { createSpoilers } from './spoilers.ts';

const DAY_MS = 86_400_000;
const LANES = ['binance', 'coingecko', 'yahoo'];

test('who refuses batches for a symbol is asked for it last, for a day', () => {
  let nowMs = 0;
  const spoilers = createSpoilers(() => nowMs);
  expect(spoilers.last(LANES, 'XMR-USD', 'quote')).toEqual(LANES);
  spoilers.note('binance', 'XMR-USD', 'quote');
  expect(spoilers.last(LANES, 'XMR-USD', 'quote')).toEqual(['coingecko', 'yahoo', 'binance']);
  nowMs = DAY_MS;
  expect(spoilers.last(LANES, 'XMR-USD', 'quote')).toEqual(LANES);
});

test('only for that symbol and that data', () => {
  const spoilers = createSpoilers();
  spoilers.note('binance', 'XMR-USD', 'quote');
  expect(spoilers.last(LANES, 'BTC-USD', 'quote')).toEqual(LANES);
  expect(spoilers.last(LANES, 'XMR-USD', 'bars')).toEqual(LANES);
});

test('so many names that nobody knows are forgotten again', () => {
  const spoilers = createSpoilers();
  for (let i = 0; i <= 10_000; i++) spoilers.note('binance', `C${i}-USD`, 'quote');
  expect(spoilers.last(LANES, 'C0-USD', 'quote')).toEqual(LANES);
  expect(spoilers.last(LANES, 'C1-USD', 'quote').at(-1)).toBe('binance');
});
