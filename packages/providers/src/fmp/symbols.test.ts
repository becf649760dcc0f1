import { isInFmp } from './symbols.ts';

test.each([
  ['AAPL', true],
  ['GOOGL', true],
  ['BRK-B', true],
  ['VOD.L', true],
  ['^GSPC', true],
  ['EURUSD=X', true],
  ['BTC-USD', true],
  ['BTC-USDT', true],
  ['GC=F', true],
  ['HE=F', false],
  // What is a ticker to us is the name of a pair or a future there: its price would be taken for that of a share, in dollars.
  ['EURJPY', false],
  ['BTCUSDT', false],
  ['GCUSD', false],
])('may be asked for %s: %s', (symbol, may) => {
  expect(isInFmp(symbol)).toBe(may);
});
