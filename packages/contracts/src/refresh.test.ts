import { MarketSymbolText } from './refresh.ts';

test('what is no symbol is named: a list in a query has no pointers', () => {
  const { error } = MarketSymbolText.array().safeParse(['AAPL', '$$']);
  expect(error?.issues).toMatchObject([{ path: [1], message: expect.stringMatching(/^"\$\$" is not a symbol: /) }]);
});
