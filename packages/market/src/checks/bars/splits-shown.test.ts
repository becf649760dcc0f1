import { splitsThatShow } from './splits-shown.ts';

const closes = (...rows: [close: string, splitRatio?: string][]) =>
  rows.map(([close, splitRatio], i) => ({ session: `2024-01-0${i + 1}`, close, splitRatio: splitRatio ?? null }));

test('a declared split shows where the close fell by about its ratio', () => {
  expect([...splitsThatShow(closes(['400'], ['101', '4'], ['102']))]).toEqual([['2024-01-02', '4']]);
  expect([...splitsThatShow(closes(['10'], ['97', '0.1']))]).toEqual([['2024-01-02', '0.1']]);
});

test.each<[string, ReturnType<typeof closes>]>([
  ['the close stayed where it was', closes(['400'], ['401', '4'])],
  ['the close went the other way', closes(['100'], ['400', '4'])],
  ['nothing lies before it', closes(['101', '4'], ['102'])],
  ['its ratio is none', closes(['400'], ['100', '0'])],
  ['the close before it is none', closes(['0'], ['100', '4'])],
  ['a fall was declared as none', closes(['400'], ['100'])],
])('but not where %s', (_, bars) => {
  expect(splitsThatShow(bars).size).toBe(0);
});
