import type { Sample } from '../conformance/expected.ts';

const BASE = 'https://api.twelvedata.com';

export const samples: Sample[] = [
  {
    name: 'a batch of a pair, a London price in pence and a symbol that needs a plan',
    url: `${BASE}/quote?symbol=EUR/USD,VOD:LSE,SPX`,
    headers: { 'api-credits-used': '3', 'api-credits-left': '5' },
    body: JSON.stringify({
      'EUR/USD': { symbol: 'EUR/USD', exchange: 'Forex', timestamp: 1772640000, close: '1.08450', open: '1.08000' },
      'VOD:LSE': {
        symbol: 'VOD',
        exchange: 'LSE',
        mic_code: 'XLON',
        currency: 'GBp',
        timestamp: 1772640000,
        close: '71.23000',
        open: '',
        volume: '42',
      },
      SPX: {
        code: 403,
        message: 'This symbol is available starting with Grow. Consider upgrading your plan.',
        status: 'error',
      },
    }),
    expected: {
      quotes: [
        {
          symbol: 'EURUSD=X',
          currency: 'USD',
          price: ['EUR/USD', 'close'],
          open: ['EUR/USD', 'open'],
          time: { at: ['EUR/USD', 'timestamp'], as: 's' },
        },
        {
          symbol: 'VOD.L',
          currency: 'GBP',
          price: ['VOD:LSE', 'close'],
          volume: ['VOD:LSE', 'volume'],
          time: { at: ['VOD:LSE', 'timestamp'], as: 's' },
          factor: '0.01',
        },
      ],
      errors: [{ symbol: 'SPX', kind: 'plan_forbids' }],
    },
  },
  {
    name: 'one quote, not keyed, whose newest minute is later than its day',
    url: `${BASE}/quote?symbol=BRK.B`,
    body: '{"symbol":"BRK.B","exchange":"NYSE","currency":"USD","datetime":"2026-03-04","timestamp":1772634600,"last_quote_at":1772639940,"close":"411.07"}',
    expected: {
      quotes: [{ symbol: 'BRK-B', currency: 'USD', price: ['close'], time: { at: ['last_quote_at'], as: 's' } }],
    },
  },
  {
    name: 'an end-of-day price that tells its local time alone',
    url: `${BASE}/eod?symbol=6758:JPX`,
    body: '{"symbol":"6758","exchange":"JPX","mic_code":"XTKS","currency":"JPY","datetime":"2026-03-04 15:30:00","close":"13000.0"}',
    expected: {
      quotes: [
        {
          symbol: '6758.T',
          currency: 'JPY',
          price: ['close'],
          time: { at: ['datetime'], as: 'local', zone: 'Asia/Tokyo' },
        },
      ],
      bars: [
        {
          symbol: '6758.T',
          currency: 'JPY',
          rows: [],
          single: true,
          session: { at: ['datetime'], as: 'date' },
          close: ['close'],
        },
      ],
    },
  },
  {
    name: 'days of a coin, without volume',
    url: `${BASE}/time_series?symbol=BTC/USD&interval=1day`,
    body: '{"meta":{"symbol":"BTC/USD","interval":"1day","currency_base":"Bitcoin","currency_quote":"US Dollar","exchange":"Coinbase Pro","type":"Digital Currency"},"values":[{"datetime":"2026-03-03","open":"61000.1","high":"62000","low":"60000","close":"61234.5"},{"datetime":"2026-03-02","close":"0"}],"status":"ok"}',
    expected: {
      bars: [
        {
          symbol: 'BTC-USD',
          currency: 'USD',
          rows: ['values'],
          session: { at: ['datetime'], as: 'date' },
          open: ['open'],
          high: ['high'],
          low: ['low'],
          close: ['close'],
          without: [1],
        },
      ],
    },
  },
  {
    name: 'a minute that is spent, until it ends',
    url: `${BASE}/quote?symbol=TST`,
    body: '{"code":429,"message":"You have run out of API credits for the current minute. 9 API credits were used, with the current limit being 8.","status":"error"}',
    receivedAt: '2026-03-04T16:00:18Z',
    expected: { errors: [{ symbol: null, kind: 'rate_limited', retryAfterMs: 42_000 }] },
  },
  {
    name: 'a day that is spent, until midnight UTC',
    url: `${BASE}/quote?symbol=TST`,
    status: 429,
    body: '{"code":429,"message":"You have run out of API credits for the day. 801 API credits were used, with the current limit being 800.","status":"error"}',
    receivedAt: '2026-03-04T16:00:00Z',
    expected: { errors: [{ symbol: null, kind: 'quota_spent', retryAfterMs: 8 * 3_600_000 }] },
  },
  {
    name: 'an endpoint of other plans that the adapter has no use for',
    url: `${BASE}/statistics?symbol=TST`,
    status: 403,
    body: '{"code":403,"message":"/statistics is available exclusively with pro or enterprise plans.","status":"error"}',
    expected: { errors: [{ symbol: 'TST', kind: 'plan_forbids' }], other: true },
  },
  {
    name: 'days that there are none of, with HTTP 200',
    url: `${BASE}/time_series?symbol=TST&interval=1day`,
    body: '{"code":400,"message":"No data is available on the specified dates. Try setting different start/end dates.","status":"error"}',
    expected: { errors: [{ symbol: 'TST', kind: 'no_data' }] },
  },
  {
    name: 'a plan that forbids by its number alone',
    url: `${BASE}/quote?symbol=TST`,
    body: '{"code":403,"message":"Forbidden","status":"error"}',
    expected: { errors: [{ symbol: 'TST', kind: 'plan_forbids' }] },
  },
  {
    name: 'a name that it does not know, by its number alone',
    url: `${BASE}/quote?symbol=NOSUCH`,
    body: '{"code":404,"message":"Nothing here","status":"error"}',
    expected: { errors: [{ symbol: 'NOSUCH', kind: 'unknown_symbol' }] },
  },
  {
    name: 'a failure of theirs that is told with HTTP 200',
    url: `${BASE}/quote?symbol=TST`,
    body: '{"code":500,"message":"Internal error","status":"error"}',
    expected: { errors: [{ symbol: null, kind: 'unavailable' }] },
  },
];
