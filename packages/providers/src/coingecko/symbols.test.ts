import { isInCoingecko } from './symbols.ts';

test.each([
  ['BTC-USD', true],
  ['ETH-BTC', true],
  ['BTC-USDT', false],
  ['BTC-USDC', false],
  ['NOBODY-USD', false],
])('%s can be asked for there: %s', (symbol, can) => {
  expect(isInCoingecko(symbol)).toBe(can);
});
