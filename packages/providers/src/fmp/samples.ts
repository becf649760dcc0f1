import type { Sample } from '../conformance/expected.ts';

const BASE = 'https://financialmodelingprep.com';

export const samples: Sample[] = [
  {
    name: 'a batch with a London price in pence, a coin, and a row without a price',
    url: `${BASE}/stable/batch-quote?symbols=VOD.L,BTCUSD,GONE`,
    body: '[{"symbol":"VOD.L","price":71.23,"open":null,"timestamp":1772640000},{"symbol":"BTCUSD","price":"61234.5","volume":12.25,"timestamp":1772640001},{"symbol":"GONE","price":null}]',
    expected: {
      quotes: [
        {
          symbol: 'VOD.L',
          currency: 'GBP',
          price: [0, 'price'],
          time: { at: [0, 'timestamp'], as: 's' },
          delayS: 900,
          factor: '0.01',
        },
        {
          symbol: 'BTC-USD',
          currency: 'USD',
          price: [1, 'price'],
          volume: [1, 'volume'],
          time: { at: [1, 'timestamp'], as: 's' },
        },
      ],
    },
  },
  {
    name: 'days as traded, under names that say the contrary',
    url: `${BASE}/stable/historical-price-eod/non-split-adjusted?symbol=GCUSD`,
    body: '[{"symbol":"GCUSD","date":"2026-03-03","adjOpen":2130.1,"adjHigh":2140,"adjLow":2120.5,"adjClose":2134.7,"volume":0}]',
    expected: {
      bars: [
        {
          symbol: 'GC=F',
          currency: 'USD',
          rows: [],
          session: { at: ['date'], as: 'date' },
          open: ['adjOpen'],
          high: ['adjHigh'],
          low: ['adjLow'],
          close: ['adjClose'],
          volume: ['volume'],
        },
      ],
    },
  },
  {
    name: 'the history of several symbols at once',
    url: `${BASE}/api/v3/historical-price-full/AAA,BBB`,
    body: '{"historicalStockList":[{"symbol":"AAA","historical":[{"date":"2023-01-03","close":1.5}]},{"symbol":"BBB","historical":[{"date":"2023-01-03","close":2.5}]}]}',
    expected: {
      bars: ['AAA', 'BBB'].map((symbol, i) => ({
        symbol,
        currency: 'USD',
        rows: ['historicalStockList', i, 'historical'],
        session: { at: ['date'], as: 'date' },
        close: ['close'],
      })),
    },
  },
  {
    name: 'an empty list, for a name that nobody knows',
    url: `${BASE}/stable/quote?symbol=NOSUCH`,
    body: '[]',
    expected: { errors: [{ symbol: 'NOSUCH', kind: 'unknown_symbol' }] },
  },
  {
    name: 'a key that is not accepted, with HTTP 200',
    url: `${BASE}/stable/quote?symbol=TST`,
    body: '{"Error Message":"Invalid API KEY. Feel free to create a Free API Key."}',
    expected: { errors: [{ symbol: null, kind: 'bad_key' }] },
  },
  {
    name: 'a retired endpoint',
    url: `${BASE}/api/v3/quote/TST`,
    status: 403,
    body: '{"Error Message":"Legacy Endpoint : this endpoint is only available for legacy users."}',
    expected: { errors: [{ symbol: 'TST', kind: 'plan_forbids' }] },
  },
  {
    name: 'a day that is spent, until midnight UTC',
    url: `${BASE}/stable/quote?symbol=TST`,
    status: 429,
    body: '{"Error Message":"Limit Reach . Please upgrade your plan."}',
    receivedAt: '2026-03-04T16:00:00Z',
    expected: { errors: [{ symbol: null, kind: 'quota_spent', retryAfterMs: 8 * 3_600_000 }] },
  },
  {
    name: 'a minute that is spent, which is over long before the day is',
    url: `${BASE}/stable/quote?symbol=TST`,
    status: 429,
    body: '{"Error Message":"Too many requests: your plan allows 300 calls per minute."}',
    receivedAt: '2026-03-04T16:00:20Z',
    expected: { errors: [{ symbol: null, kind: 'rate_limited', retryAfterMs: 40_000 }] },
  },
  {
    name: 'a rate whose time nobody can read, beside one of a known time',
    url: `${BASE}/api/v3/fx`,
    body: '[{"ticker":"EUR/USD","bid":"1.08","date":"a while ago"},{"ticker":"GBP/USD","bid":"1.27","ask":"1.28","date":"2026-03-04 15:59:00"}]',
    expected: {
      quotes: [
        { symbol: 'GBPUSD=X', currency: 'USD', price: [1, 'bid'], time: { at: [1, 'date'], as: 'local', zone: 'UTC' } },
      ],
      errors: [{ symbol: 'EURUSD=X', kind: 'no_data' }],
    },
  },
  {
    name: 'a failure of theirs that is told with HTTP 200',
    url: `${BASE}/stable/quote?symbol=TST`,
    body: '{"Error Message":"Something went wrong on our side."}',
    expected: { errors: [{ symbol: null, kind: 'unavailable' }] },
  },
  {
    name: 'a symbol that is not found, in words',
    url: `${BASE}/stable/quote?symbol=NOSUCH`,
    body: '{"Error Message":"Symbol not found"}',
    expected: { errors: [{ symbol: 'NOSUCH', kind: 'unknown_symbol' }] },
  },
];
