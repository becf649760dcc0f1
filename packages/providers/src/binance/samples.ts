import type { Sample } from '../conformance/expected.ts';

const BANNED_AT = '2026-01-05T12:00:00Z';
const URL = 'https://api.binance.com/api/v3/ticker/24hr?symbols=%5B%22BTCUSDT%22%5D';

const banned = (
  name: string,
  msg: string,
  retryAfterMs: number | null,
  headers: Record<string, string> = {},
): Sample => ({
  name,
  url: URL,
  status: 418,
  headers,
  receivedAt: BANNED_AT,
  body: JSON.stringify({ code: -1003, msg }),
  expected: { errors: [{ symbol: null, kind: 'rate_limited', retryAfterMs }] },
});

export const samples: Sample[] = [
  {
    name: 'two tickers, one of a closed market',
    url: 'https://api.binance.com/api/v3/ticker/24hr?symbols=%5B%22BTCUSDT%22,%22VENBTC%22%5D',
    body: JSON.stringify([
      {
        symbol: 'BTCUSDT',
        lastPrice: '61234.50000000',
        openPrice: '60000.00000000',
        highPrice: '62000.00000000',
        lowPrice: '59000.10000000',
        prevClosePrice: '60000.01000000',
        volume: '1234.56780000',
        closeTime: 1767614400123,
      },
      { symbol: 'VENBTC', lastPrice: '0.00000000', volume: '0.00000000', closeTime: 1767614400123 },
    ]),
    expected: {
      quotes: [
        {
          symbol: 'BTC-USD',
          currency: 'USDT',
          price: [0, 'lastPrice'],
          open: [0, 'openPrice'],
          high: [0, 'highPrice'],
          low: [0, 'lowPrice'],
          previousClose: [0, 'prevClosePrice'],
          volume: [0, 'volume'],
          time: { at: [0, 'closeTime'], as: 'ms' },
        },
      ],
      errors: [{ symbol: 'VEN-BTC', kind: 'no_data' }],
    },
  },
  {
    name: 'days, numbers and texts mixed',
    url: 'https://api.binance.com/api/v3/klines?symbol=ETHBTC&interval=1d',
    body: '[[1767484800000,"0.03","0.032",0.029,"0.0310","12.5",1767571199999,"1",2,"3","4","0"],[1767571200000,0.031,0.033,"0.03",0.032,0,1767657599999]]',
    expected: {
      bars: [
        {
          symbol: 'ETH-BTC',
          currency: 'BTC',
          rows: [],
          session: { at: [0], as: 'ms', zone: 'UTC' },
          open: [1],
          high: [2],
          low: [3],
          close: [4],
          volume: [5],
        },
      ],
    },
  },
  {
    name: 'minutes, which are no days',
    url: 'https://api.binance.com/api/v3/klines?symbol=ETHBTC',
    body: '[[1767484800000,"0.03","0.032","0.029","0.031","12.5",1767484859999,"1",2,"3","4","0"]]',
    expected: { other: true },
  },
  {
    name: 'an unknown symbol, whichever it was',
    url: 'https://api.binance.com/api/v3/ticker/24hr?symbols=%5B%22BTCUSDT%22,%22XUSDT%22%5D',
    status: 400,
    body: '{"code":-1121,"msg":"Invalid symbol."}',
    expected: { errors: [{ symbol: null, kind: 'unknown_symbol' }] },
  },
  banned(
    'a ban until a number of milliseconds',
    'Way too much request weight used; IP banned until 1767614520000.',
    120_000,
  ),
  banned(
    'a ban of an address that it names',
    'Way too many requests; IP(1.2.3.4) banned until 1767614580000. Please use …',
    180_000,
  ),
  banned('a ban until a time in words', 'Your IP is banned until 2026-01-05 12:10:00 UTC.', 600_000),
  banned('a ban that is said to last', 'Too much traffic, please try again after 45 seconds.', 45_000),
  banned('a ban by its header', 'banned until 1767614520000', 300_000, { 'retry-after': '300' }),
  banned('a ban without an end', 'Too many requests.', null),
  {
    name: 'a block of its firewall, which is for too many calls',
    url: URL,
    status: 403,
    headers: { 'retry-after': '60' },
    body: '<html><body>403 Forbidden</body></html>',
    expected: { errors: [{ symbol: null, kind: 'rate_limited', retryAfterMs: 60_000 }] },
  },
  {
    name: 'a key that is not accepted',
    url: URL,
    status: 400,
    body: '{"code":-2014,"msg":"API-key format invalid."}',
    expected: { errors: [{ symbol: null, kind: 'bad_key' }] },
  },
  {
    name: 'a country that it does not serve, which no key changes',
    url: URL,
    status: 451,
    body: '{"code":0,"msg":"Service unavailable from a restricted location."}',
    expected: { errors: [{ symbol: null, kind: 'unavailable' }] },
  },
  {
    name: 'an overload that it calls an error of the request',
    url: URL,
    status: 400,
    body: '{"code":-1008,"msg":"Server is currently overloaded with other requests."}',
    expected: { errors: [{ symbol: null, kind: 'unavailable' }] },
  },
];
