import { coinId } from '../coingecko/coin-ids.ts';
import { impliedCurrency, isSameThere } from './symbols.ts';

test.each(['UNI-USD', 'JUP-USD', 'POL-USD', 'HYPE-USD', 'ONE-USD'])(
  '%s is another coin at Yahoo, which is not asked for it',
  (symbol) => {
    expect(isSameThere(symbol)).toBe(false);
    // Others know which one is meant.
    expect(coinId(symbol.replace('-USD', ''))).toBeDefined();
  },
);

test.each(['BTC-USD', 'SOL-USD', 'EURUSD=X', 'AAPL', 'BRK-B'])('%s is the same everywhere', (symbol) => {
  expect(isSameThere(symbol)).toBe(true);
});

test.each([
  ['AAPL', 'USD'],
  ['EURUSD=X', 'USD'],
  ['BBCA.JK', 'IDR'],
  ['PKN.WA', 'PLN'],
  ['^IBEX', 'EUR'],
  // Pence, pounds and dollars; agorot; an exchange that nobody knows here.
  ['VOD.L', null],
  ['TEVA.TA', null],
  ['ABC.XX', null],
])('what the symbol %s alone says of its currency: %s', (symbol, currency) => {
  expect(impliedCurrency(symbol)).toBe(currency);
});
