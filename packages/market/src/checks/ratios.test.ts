import { hundredIn, ratioText, splitIn } from './ratios.ts';

test.each([
  [100, 100],
  [63, 100],
  [62, null],
  [159, 100],
  [161, null],
  [0.01, 0.01],
  [1 / 63, 0.01],
  [1 / 62, null],
  [1, null],
])('%d times as much is a slip by %p: a market that moves by half meanwhile hides none', (times, factor) => {
  expect(hundredIn(Math.log(times))).toBe(factor);
});

test('what is no move is no slip', () => {
  expect(hundredIn(Number.NaN)).toBeNull();
});

test.each<[number, number[], number | null]>([
  [1 / 4, [], 4],
  [1 / 4.2, [], 4],
  [1 / 4.4, [], null],
  [10, [], 0.1],
  [1 / 2, [], 2],
  [1 / 1.7, [], null],
  [1 / 50, [], 50],
  [1 / 51, [], null],
  [1 / 1.5, [], null],
  [1 / 1.5, [1.5], 1.5],
  [1.5, [1 / 1.5], 1 / 1.5],
  [1 / 2.09, [1.9, 2.1], 2.1],
  [1.01, [1], null],
])('a price that became %d times as much, after splits %j, looks like a split %p', (times, known, ratio) => {
  expect(splitIn(Math.log(times), 0.06, known)).toBe(ratio);
});

test.each([
  [4, '4:1'],
  [1, '1:1'],
  [0.1, '1:10'],
  [1.5, '1.5:1'],
  [2 / 3, '1:1.5'],
  [4.00004, '4:1'],
  [1.2346, '1.235:1'],
])('people read %d as %s', (ratio, text) => {
  expect(ratioText(ratio)).toBe(text);
});
