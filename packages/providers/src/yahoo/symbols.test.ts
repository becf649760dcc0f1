import { coinId } from '../coingecko/coin-ids.ts';
import { isSameThere } from './symbols.ts';

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
