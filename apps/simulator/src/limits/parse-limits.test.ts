import { parseLimitsByProvider, parseWindows } from './parse-limits.ts';
import { binanceWeight, REAL_RULES } from './real-rules.ts';

describe('limits on the command line', () => {
  test('are windows by provider', () => {
    expect([...parseLimitsByProvider('yahoo=60/min; finnhub=60/min,30/s;')]).toEqual([
      ['yahoo', '60/min'],
      ['finnhub', '60/min,30/s'],
    ]);
    expect(() => parseLimitsByProvider('yahoo')).toThrow('not PROVIDER=LIMITS: yahoo');
    expect(() => parseWindows('plenty', [])).toThrow('plenty');
  });

  test('keep the units and the resets of the real windows', () => {
    const real = REAL_RULES.twelve_data?.windows ?? [];
    expect(parseWindows('8/2s,100/day', real)).toEqual([
      { limit: 8, perSeconds: 2, counts: 'cost' },
      { limit: 100, perSeconds: 86_400, counts: 'cost', resets: { every: 'day', hour: 0, zone: 'UTC' } },
    ]);
    expect(parseWindows('100/day@sliding', real)).toEqual([{ limit: 100, perSeconds: 86_400, counts: 'cost' }]);
  });
});

describe('the price list of Binance', () => {
  test.each([
    ['/api/v3/ticker/24hr', 'symbol=BTCUSDT', 2],
    ['/api/v3/ticker/24hr', `symbols=${JSON.stringify(Array(20).fill('BTCUSDT'))}`, 2],
    ['/api/v3/ticker/24hr', `symbols=${JSON.stringify(Array(21).fill('BTCUSDT'))}`, 40],
    ['/api/v3/ticker/24hr', `symbols=${JSON.stringify(Array(101).fill('BTCUSDT'))}`, 80],
    ['/api/v3/ticker/24hr', '', 80],
    ['/api/v3/ticker/price', 'symbol=BTCUSDT', 2],
    ['/api/v3/ticker/price', 'symbols=["BTCUSDT","ETHUSDT"]', 4],
    ['/api/v3/klines', 'symbol=BTCUSDT&interval=1d', 2],
    ['/api/v3/exchangeInfo', '', 20],
    ['/api/v3/ticker', 'symbol=BTCUSDT', 4],
    ['/api/v3/ticker/tradingDay', 'symbols=["BTCUSDT","ETHUSDT"]', 8],
    ['/api/v3/ticker', `symbols=${JSON.stringify(Array(51).fill('BTCUSDT'))}`, 200],
  ])('%s?%s weighs %d', (path, query, weight) => {
    const request = { method: 'GET', path, query: new URLSearchParams(query), headers: {}, body: '' };
    expect(binanceWeight(request)).toBe(weight);
  });
});
