import type { Sample } from '../conformance/expected.ts';

const BASE = 'https://finnhub.io/api/v1';

export const samples: Sample[] = [
  {
    name: 'a quote before the open, when the day has no range yet',
    url: `${BASE}/quote?symbol=BRK.B`,
    headers: { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '59', 'x-ratelimit-reset': '1772640060' },
    body: '{"c":411.07,"d":0,"dp":0,"h":0,"l":0,"o":0,"pc":411.07,"t":1772640000,"x":"new"}',
    expected: {
      quotes: [{ symbol: 'BRK-B', currency: 'USD', price: ['c'], previousClose: ['pc'], time: { at: ['t'], as: 's' } }],
    },
  },
  {
    name: 'a coin by its venue',
    url: `${BASE}/quote?symbol=BINANCE:BTCUSDT`,
    body: '{"c":"61234.50","h":null,"l":null,"o":null,"pc":61000,"t":1772640000}',
    expected: {
      quotes: [
        { symbol: 'BTC-USDT', currency: 'USDT', price: ['c'], previousClose: ['pc'], time: { at: ['t'], as: 's' } },
      ],
    },
  },
  {
    name: 'day candles stamped at the open, one without a close',
    url: `${BASE}/stock/candle?symbol=TST&resolution=D&from=1&to=2`,
    body: '{"s":"ok","t":[1583159400,1583245800],"c":[10.5,null],"o":[10,1],"h":[11,1],"l":[9,1],"v":[100,1]}',
    expected: {
      bars: [
        {
          symbol: 'TST',
          currency: 'USD',
          rows: ['t'],
          columns: true,
          session: { date: '2020-03-02' },
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
    name: 'minute candles',
    url: `${BASE}/stock/candle?symbol=TST&resolution=5`,
    body: '{"s":"ok","t":[1583159400],"c":[10.5]}',
    expected: { other: true },
  },
  {
    name: 'an endpoint that the plan lacks',
    url: `${BASE}/stock/candle?symbol=TST&resolution=D`,
    status: 403,
    body: '{"error":"You don\'t have access to this resource."}',
    expected: { errors: [{ symbol: 'TST', kind: 'plan_forbids' }] },
  },
  {
    name: 'a limit that says when it ends',
    url: `${BASE}/quote?symbol=TST`,
    status: 429,
    headers: { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1772640012' },
    body: '{"error":"API limit reached."}',
    receivedAt: '2026-03-04T16:00:00Z',
    expected: { errors: [{ symbol: null, kind: 'rate_limited', retryAfterMs: 12_000 }] },
  },
  {
    name: 'a calendar of several names',
    url: `${BASE}/calendar/earnings?from=2026-03-01&to=2026-03-31`,
    body: '{"earningsCalendar":[{"symbol":"AAA","date":"2026-03-05","hour":"bmo"},{"symbol":"BF.B","date":"2026-03-06","hour":""},{"symbol":"C"}]}',
    expected: {
      earnings: [
        { symbol: 'AAA', date: '2026-03-05', when: 'before_open' },
        { symbol: 'BF-B', date: '2026-03-06', when: 'unknown' },
      ],
    },
  },
  {
    name: 'a name that it does not know, in words',
    url: `${BASE}/quote?symbol=NOSUCH`,
    status: 422,
    body: '{"error":"Invalid symbol."}',
    expected: { errors: [{ symbol: 'NOSUCH', kind: 'unknown_symbol' }] },
  },
  {
    name: 'a failure of theirs that is told with HTTP 200',
    url: `${BASE}/quote?symbol=TST`,
    body: '{"error":"Something went wrong."}',
    expected: { errors: [{ symbol: null, kind: 'unavailable' }] },
  },
  {
    name: 'a limit that is told with HTTP 200',
    url: `${BASE}/quote?symbol=TST`,
    body: '{"error":"API limit reached. Please try again later."}',
    expected: { errors: [{ symbol: null, kind: 'rate_limited', retryAfterMs: 60_000 }] },
  },
];
