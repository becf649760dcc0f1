import { TERMS } from './terms.ts';

const NOW = new Date('2026-11-18T17:00:00Z');

function terms(provider: string, url: string, now = NOW) {
  const [path = '', query] = url.split('?');
  return TERMS[provider]?.({ method: 'GET', path, query: new URLSearchParams(query), headers: {}, body: '' }, now);
}

const names = (n: number, more = '') => Array.from({ length: n }, (_, i) => `N${i}${more}`).join(',');
const ids = (answer: unknown) => (answer as { query: URLSearchParams }).query.get('ids')?.split(',');

describe('what a call may ask for', () => {
  test('Yahoo takes 99 symbols and fails for 100', () => {
    expect(terms('yahoo', `/v7/finance/quote?symbols=${names(99)}`)).toBeNull();
    expect(terms('yahoo', `/v7/finance/quote?symbols=${names(100)}`)).toMatchObject({ status: 400 });
  });

  test('Twelve Data takes 120, IEX 100, CryptoCompare 300 characters', () => {
    expect(terms('twelve_data', `/quote?symbol=${names(120)}`)).toBeNull();
    expect(terms('twelve_data', `/quote?symbol=${names(121)}`)).toMatchObject({ status: 400 });
    expect(terms('iex_cloud', `/stable/stock/market/batch?symbols=${names(101)}`)).toMatchObject({ status: 400 });
    expect(terms('iex_cloud', `/stable/stock/market/batch?symbols=${names(100)}`)).toBeNull();
    expect(terms('cryptocompare', `/data/pricemultifull?fsyms=${'A'.repeat(300)}`)).toBeNull();
    expect(terms('cryptocompare', `/data/pricemultifull?fsyms=${'A'.repeat(301)}`)).toMatchObject({ status: 200 });
  });

  test('CoinGecko silently serves a page, and nothing after a space', () => {
    expect(ids(terms('coingecko', `/api/v3/coins/markets?ids=${names(300)}`))).toHaveLength(100);
    expect(ids(terms('coingecko', `/api/v3/coins/markets?per_page=250&ids=${names(300)}`))).toHaveLength(250);
    expect(ids(terms('coingecko', `/api/v3/coins/markets?per_page=900&ids=${names(300)}`))).toHaveLength(250);
    expect(ids(terms('coingecko', '/api/v3/simple/price?ids=bitcoin,+ethereum'))).toEqual(['bitcoin']);
  });

  test('Alpha Vantage keeps all but the newest hundred days for paid plans', () => {
    const daily = (size: string) => terms('alpha_vantage', `/query?function=TIME_SERIES_DAILY&outputsize=${size}`);
    expect(daily('compact')).toBeNull();
    expect(daily('full')).toMatchObject({ status: 200, body: expect.stringContaining('premium feature') });
    expect(terms('alpha_vantage', '/query?function=FX_DAILY&outputsize=full')).toBeNull();
  });

  test('Binance brings a thousand klines, however many are asked for', () => {
    const limit = (asked: string) => {
      const left = terms('binance', `/api/v3/klines?symbol=BTCUSDT&interval=1d&limit=${asked}`);
      return left && 'query' in left ? left.query.get('limit') : left;
    };
    expect([limit('1000'), limit('1001'), limit('5000')]).toEqual([null, '1000', '1000']);
    expect(terms('binance', '/api/v3/klines?symbol=BTCUSDT&interval=1d')).toBeNull();
  });

  test('CoinGecko answers what names no coins as it is', () => {
    expect(terms('coingecko', '/api/v3/coins/bitcoin/market_chart?days=30')).toBeNull();
  });

  test('Massive looks back two years', () => {
    const range = (from: string) => terms('polygon', `/v2/aggs/ticker/AAPL/range/1/day/${from}/2026-11-17`);
    expect(range('2024-11-18')).toBeNull();
    expect(range('2024-11-10')).toMatchObject({ status: 403 });
  });
});
