import type { Sample } from '../conformance/expected.ts';

const BASE = 'https://api.massive.com';

export const samples: Sample[] = [
  {
    name: "every stock's day in one call, stamped at the close",
    url: `${BASE}/v2/aggs/grouped/locale/us/market/stocks/2026-03-03?adjusted=false`,
    body: '{"status":"OK","resultsCount":2,"results":[{"T":"BRK.B","o":410,"h":412,"l":409.5,"c":411.07,"v":100.0,"t":1772571600000},{"T":"GONE","c":0,"t":1772571600000}]}',
    expected: {
      bars: [
        {
          symbol: 'BRK-B',
          currency: 'USD',
          rows: ['results'],
          session: { date: '2026-03-03' },
          open: ['o'],
          high: ['h'],
          low: ['l'],
          close: ['c'],
          volume: ['v'],
          without: [1],
        },
      ],
    },
  },
  {
    name: 'a snapshot before the open, whose newest price is the last close',
    url: `${BASE}/v2/snapshot/locale/us/markets/stocks/tickers/TST`,
    body: '{"status":"DELAYED","ticker":{"ticker":"TST","day":{"o":0,"h":0,"l":0,"c":0,"v":0},"prevDay":{"c":10.5},"updated":1772625600123456789}}',
    expected: {
      quotes: [
        {
          symbol: 'TST',
          currency: 'USD',
          price: ['ticker', 'prevDay', 'c'],
          previousClose: ['ticker', 'prevDay', 'c'],
          volume: ['ticker', 'day', 'v'],
          time: { iso: '2026-03-04T12:00:00.123Z' },
          delayS: 900,
        },
      ],
    },
  },
  {
    name: "a coin's last trade",
    url: `${BASE}/v1/last/crypto/BTC/USD`,
    body: '{"last":{"conditions":[1],"exchange":4,"price":61234.5,"size":0.01,"timestamp":1772640000000},"status":"success","symbol":"BTC-USD"}',
    expected: {
      quotes: [
        { symbol: 'BTC-USD', currency: 'USD', price: ['last', 'price'], time: { at: ['last', 'timestamp'], as: 'ms' } },
      ],
    },
  },
  {
    name: 'hours',
    url: `${BASE}/v2/aggs/ticker/TST/range/1/hour/2026-03-02/2026-03-03`,
    body: '{"status":"OK","ticker":"TST","results":[{"c":1,"t":1772640000000}]}',
    expected: { other: true },
  },
  {
    name: 'a ticker without a last session',
    url: `${BASE}/v2/aggs/ticker/NOSUCH/prev?adjusted=false`,
    body: '{"ticker":"NOSUCH","queryCount":0,"resultsCount":0,"adjusted":false,"status":"OK","request_id":"1"}',
    expected: { errors: [{ symbol: 'NOSUCH', kind: 'unknown_symbol' }] },
  },
  {
    name: 'an endpoint that is not used, with a key that is not accepted',
    url: `${BASE}/v3/reference/tickers`,
    status: 401,
    body: '{"status":"ERROR","error":"Unknown API Key"}',
    expected: { errors: [{ symbol: null, kind: 'bad_key' }], other: true },
  },
  {
    name: 'days that its data lack, which is no unknown name',
    url: `${BASE}/v2/aggs/ticker/TST/prev?adjusted=false`,
    status: 404,
    body: '{"status":"NOT_FOUND","message":"Data not found."}',
    expected: { errors: [{ symbol: 'TST', kind: 'no_data' }] },
  },
  {
    name: 'the limit, with HTTP 200 and without a header, for a whole minute',
    url: `${BASE}/v2/aggs/ticker/TST/prev?adjusted=false`,
    body: '{"status":"ERROR","error":"You\'ve exceeded the maximum requests per minute."}',
    expected: { errors: [{ symbol: null, kind: 'rate_limited', retryAfterMs: 60_000 }] },
  },
  {
    name: 'a failure of theirs that is told with HTTP 200',
    url: `${BASE}/v2/aggs/ticker/TST/prev?adjusted=false`,
    body: '{"status":"ERROR","error":"Something went wrong."}',
    expected: { errors: [{ symbol: null, kind: 'unavailable' }] },
  },
];
