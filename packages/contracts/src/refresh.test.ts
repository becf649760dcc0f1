import { RefreshBody } from './refresh.ts';

test('what is no symbol is named, and nothing else', () => {
  const { error } = RefreshBody.safeParse({ symbols: ['AAPL', 'a b', 'MSFT'] });
  expect(error?.issues).toEqual([
    expect.objectContaining({ path: ['symbols', 1], message: expect.stringMatching(/^"A B" is not a symbol: /) }),
  ]);
});
