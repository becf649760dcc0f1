import type { BarSeries, SymbolToCalculate } from '@freshet/store';
import { MarketData } from './market-data.ts';

function known(symbol: string, assetClass: string, price: string | null, previousClose = price): SymbolToCalculate {
  const none = { sector: null, marketCap: null, barsVersion: 1, quoteTime: null, splits: [] };
  return {
    ...{ ...none, symbol, class: assetClass, currency: 'USD', calendar: '24/7' },
    ...{ price, previousClose, priceCurrency: 'USD' },
  };
}

function series(symbol: string, closes: number[]): BarSeries {
  const floats = new Float64Array(new SharedArrayBuffer(8 * closes.length));
  floats.set(closes);
  const days = new Int32Array(new SharedArrayBuffer(4 * closes.length));
  days.set(closes.map((_, t) => 19_723 + t));
  const none = new Float64Array(new SharedArrayBuffer(0));
  return { symbol, version: 1, days, closes: floats, splits: none, dividends: none };
}

const symbols = [
  known('BTC-USD', 'crypto', '50000', '40000'),
  known('ETH-USD', 'crypto', '2500'),
  known('USDT-USD', 'crypto', '0.998', '1.001'),
  known('EURUSD=X', 'fx', '1.25'),
  known('BTC-EUR', 'crypto', '1'),
  known('BTCUSD=X', 'fx', '2'),
  known('SOL-USD', 'crypto', '100'),
];
const closes = { 'USDT-USD': [0.999, 0.998], 'EURUSD=X': [1.25, 1.3], '^GSPC': [5_000, 5_010], 'BTC-EUR': [1, 1] };
const data = new MarketData(
  symbols,
  Object.entries(closes).map(([symbol, own]) => series(symbol, own)),
);

test.each([
  ['USDT', 'USD', '0.998', ['USDTUSD']],
  ['USD', 'BTC', '0.00002', ['BTCUSD']],
  ['USDT', 'EUR', '0.7984', ['USDTUSD', 'EURUSD']],
  ['BTC', 'EUR', '40000', ['BTCUSD', 'EURUSD']],
  ['ETH', 'BTC', '0.05', ['ETHUSD', 'BTCUSD']],
])('from %s into %s it is what the coin is worth in dollars, and dollars in money: %s', (from, to, rate, via) => {
  const found = data.fx(from, to);
  expect([found?.rate.toString(), found?.via]).toEqual([rate, via]);
});

test('the rates of the previous closes are theirs, and a coin that no prices are told in is no rate', () => {
  expect(data.previousFx('USDT', 'USD')?.rate.toString()).toBe('1.001');
  expect(data.fx('SOL', 'USD')).toBeNull();
  expect(data.fx('USDC', 'USD')).toBeNull();
});

test('at each session it is the rate of that session', () => {
  const on = data.on('^GSPC');
  expect(Array.from(on?.rates('USDT', 'USD') ?? [])).toEqual([0.999, 0.998]);
  expect(Array.from(on?.rates('USDT', 'EUR') ?? [])).toEqual([
    expect.closeTo(0.999 / 1.25, 12),
    expect.closeTo(0.998 / 1.3, 12),
  ]);
  expect(on?.rates('BTC', 'EUR')).toBeNull();
});
