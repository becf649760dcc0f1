import { COIN_RATES, isCoinCurrency, rateOf } from './rate.ts';
import { universeAsset } from './universe.ts';

test.each([
  ['EURUSD=X', 'fx', { base: 'EUR', quote: 'USD' }],
  ['JPY=X', 'fx', { base: 'USD', quote: 'JPY' }],
  ['USDT-USD', 'crypto', { base: 'USDT', quote: 'USD' }],
  ['BTC-USD', 'crypto', { base: 'BTC', quote: 'USD' }],
  // Nobody values with these, so nobody keeps them fresh.
  ['BTC-EUR', 'crypto', null],
  ['ETH-BTC', 'crypto', null],
  ['SOL-USD', 'crypto', null],
  ['BTCUSD=X', 'fx', null],
  ['USDBTC=X', 'fx', null],
  ['AAPL', 'equity', null],
  ['BRK-B', 'equity', null],
])('the currencies that %s (%s) turns into each other: %j', (symbol, assetClass, currencies) => {
  expect(rateOf({ symbol, class: assetClass })).toEqual(currencies);
});

test('each coin that prices are told in has a rate into dollars that every installation knows', () => {
  expect(COIN_RATES.map((symbol) => universeAsset(symbol)?.currency)).toEqual(COIN_RATES.map(() => 'USD'));
  expect(['USDT', 'BTC', 'USD', 'EUR'].map(isCoinCurrency)).toEqual([true, true, false, false]);
});
