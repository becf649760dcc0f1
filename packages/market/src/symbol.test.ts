import { classOfSymbol, isMarketSymbol, pairOf } from './symbol.ts';

const A30 = 'A'.repeat(30);

test.each(['AAPL', 'BRK-B', '^GSPC', 'BTC-USD', 'EURUSD=X', 'GC=F', 'VOD.L', '7203.T', 'M&M.NS', A30, `${A30}=X`])(
  '%s is a symbol',
  (text) => {
    expect(isMarketSymbol(text)).toBe(true);
  },
);

test.each(['', '^', '.L', '=X', 'aapl', 'A B', 'A=Y', '(cash)', `${A30}A`, `^${A30}=X`])('%p is none', (text) => {
  expect(isMarketSymbol(text)).toBe(false);
});

test.each([
  ['BTC-USD', { base: 'BTC', quote: 'USD' }],
  ['ETH-BTC', { base: 'ETH', quote: 'BTC' }],
  // A coin's own name may have a dash.
  ['BTC-B-USD', { base: 'BTC-B', quote: 'USD' }],
  ['BRK-B', null],
  ['-USD', null],
  ['EURUSD=X', { base: 'EUR', quote: 'USD' }],
  ['JPY=X', { base: 'USD', quote: 'JPY' }],
  ['EURUS=X', null],
  ['AAPL', null],
])('%s is the pair %j', (symbol, pair) => {
  expect(pairOf(symbol)).toEqual(pair);
});

test.each([
  ['^GSPC', 'index'],
  ['EURUSD=X', 'fx'],
  ['GC=F', 'commodity'],
  ['BTC-USD', 'crypto'],
  ['BRK-B', 'equity'],
])('by its form, %s is of the class %s', (symbol, assetClass) => {
  expect(classOfSymbol(symbol)).toBe(assetClass);
});
