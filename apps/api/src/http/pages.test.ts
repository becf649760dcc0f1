import { pageOfAll } from './pages.ts';
import { Problem } from './problem.ts';

const page = (all: string[], cursor: string | null, limit?: number) => {
  const query = { limit, ...(cursor !== null && { cursor }) };
  return pageOfAll(all, { query, url: '/list' }, (row) => row).body;
};

test('a page of a whole list goes on behind its last row, whatever came or went before it', () => {
  const first = page(['a', 'b', 'c', 'd'], null, 2);
  expect(first.data).toEqual(['a', 'b']);
  expect(page(['new', 'a', 'b', 'c', 'd'], first.next_cursor, 2).data).toEqual(['c', 'd']);
  expect(page(['b', 'c', 'd'], first.next_cursor).data).toEqual(['c', 'd']);
  // It began anew here: a reader of all pages read them for ever.
  expect(page(['a', 'c', 'd'], first.next_cursor, 2)).toEqual({ data: ['c', 'd'], next_cursor: null });
});

test('a made-up place is behind the end, or refused', () => {
  const cursor = (place: unknown) => Buffer.from(JSON.stringify(place)).toString('base64url');
  expect(page(['a'], cursor(['x', 99])).data).toEqual([]);
  expect(page(['a'], cursor(['x', -5])).data).toEqual(['a']);
  expect(() => page(['a'], cursor(['x']))).toThrow(Problem);
});
