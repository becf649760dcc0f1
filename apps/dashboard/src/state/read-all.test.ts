import { readAll } from './read-all.ts';

/** A list of `count` numbers, in pages of two. */
const listOf = (count: number) => async (cursor: string | undefined) => {
  const from = Number(cursor ?? 0);
  const to = Math.min(count, from + 2);
  const data = Array.from({ length: to - from }, (_, index) => from + index);
  return { data, next_cursor: to < count ? String(to) : null };
};

test('a list is read to its end', async () => {
  expect(await readAll(listOf(5))).toEqual({ data: [0, 1, 2, 3, 4], next_cursor: null });
  expect(await readAll(listOf(0))).toEqual({ data: [], next_cursor: null });
});

test('one that is too long is cut, and says so', async () => {
  expect(await readAll(listOf(9), 2)).toEqual({ data: [0, 1, 2, 3], next_cursor: '4' });
});
