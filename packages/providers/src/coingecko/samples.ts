import { ROW, type Sample } from '../conformance/expected.ts';

export const samples: Sample[] = [
  {
    name: 'two coins in two currencies, one without a price, one left out',
    url: 'https://api.coingecko.com/api/v3/simple/price?ids=bitcoin,tether,no-such-coin&vs_currencies=usd&include_last_updated_at=true&precision=full',
    body: '{"bitcoin":{"usd":61234.123456789012345678,"usd_market_cap":0.0,"last_updated_at":1767614400},"tether":{}}',
    expected: {
      quotes: [
        {
          symbol: 'BTC-USD',
          currency: 'USD',
          price: { text: '61234.123456789012345678' },
          time: { at: ['bitcoin', 'last_updated_at'], as: 's' },
        },
      ],
      errors: [
        { symbol: 'USDT-USD', kind: 'no_data' },
        { symbol: 'NO-SUCH-COIN-USD', kind: 'unknown_symbol' },
      ],
    },
  },
  {
    name: 'a daily chart whose last point comes before the one before it',
    url: 'https://api.coingecko.com/api/v3/coins/ethereum/market_chart?vs_currency=eur&days=2&interval=daily',
    body: '{"prices":[[1767484800000,3000.5],[1767571200000,3010.25],[1767657600000,3020],[1767657599000,3019]],"total_volumes":[[1767484800000,7],[1767571200000,8],[1767657600000,9]]}',
    expected: {
      bars: [
        {
          symbol: 'ETH-EUR',
          currency: 'EUR',
          rows: ['prices'],
          session: { at: [0], as: 'ms', zone: 'UTC', endsAt: true },
          columns: true,
          close: ['prices', ROW, 1],
          volume: ['total_volumes', ROW, 1],
          without: [3],
        },
      ],
    },
  },
  {
    name: 'a chart of hours, whose last point is the quote',
    url: 'https://api.coingecko.com/api/v3/coins/ethereum/market_chart?vs_currency=usd&days=1',
    body: '{"prices":[[1767600000000,3000],[1767603600000,3001],[1767607200000,3002.5]],"market_caps":[],"total_volumes":[[1767607200000,99]]}',
    expected: {
      quotes: [
        {
          symbol: 'ETH-USD',
          currency: 'USD',
          price: ['prices', 2, 1],
          volume: ['total_volumes', 0, 1],
          time: { at: ['prices', 2, 0], as: 'ms' },
        },
      ],
    },
  },
  {
    name: 'the limit, nested',
    url: 'https://api.coingecko.com/api/v3/ping',
    status: 429,
    headers: { 'retry-after': '7' },
    body: '{"error":{"status":{"error_code":429,"error_message":"Throttled"}}}',
    expected: { other: true, errors: [{ symbol: null, kind: 'rate_limited', retryAfterMs: 7000 }] },
  },
  {
    name: "the month's credits, used up",
    url: 'https://api.coingecko.com/api/v3/coins/bitcoin',
    status: 429,
    body: '{"status":{"error_code":10006,"error_message":"You have reached your monthly API credits limit."}}',
    expected: { errors: [{ symbol: null, kind: 'quota_spent' }] },
  },
  {
    name: 'a key at the wrong host',
    url: 'https://pro-api.coingecko.com/api/v3/coins/markets?vs_currency=usd',
    status: 400,
    body: '{"timestamp":"2026-01-05T12:00:00Z","error_code":10010,"status":{"error_code":10010,"error_message":"If you are using Pro API key, please change your root URL."}}',
    expected: { errors: [{ symbol: null, kind: 'bad_key' }] },
  },
  {
    name: 'more history than the plan allows',
    url: 'https://api.coingecko.com/api/v3/coins/bitcoin/market_chart?vs_currency=usd&days=max',
    status: 401,
    body: '{"error":{"status":{"error_code":10012,"error_message":"Your request exceeds the allowed time range."}}}',
    expected: { errors: [{ symbol: null, kind: 'plan_forbids' }] },
  },
  ...(
    [
      [10002, 'API Key Missing.', 'bad_key'],
      [10011, 'If you are using Demo API key, please change your root URL.', 'bad_key'],
      [10006, 'Something of your plan is used up.', 'quota_spent'],
      [10003, 'Something is wrong with it.', 'bad_key'],
      [10005, 'This request is limited to others.', 'plan_forbids'],
      [10012, 'Something of your plan is too little.', 'plan_forbids'],
      [1020, 'Access denied', 'unavailable'],
      [429, 'Slow down.', 'rate_limited'],
    ] as const
  ).map(
    ([code, message, kind]): Sample => ({
      name: `the number ${code}, whatever its status`,
      url: 'https://api.coingecko.com/api/v3/coins/markets?vs_currency=usd&ids=bitcoin',
      status: 400,
      body: JSON.stringify({ status: { error_code: code, error_message: message } }),
      expected: { errors: [{ symbol: null, kind }] },
    }),
  ),
  ...(
    [
      [401, 'bad_key'],
      [403, 'plan_forbids'],
      [408, 'unavailable'],
    ] as const
  ).map(
    ([status, kind]): Sample => ({
      name: `the status ${status} without a word`,
      url: 'https://api.coingecko.com/api/v3/coins/markets?vs_currency=usd&ids=bitcoin',
      status,
      body: '',
      expected: { errors: [{ symbol: null, kind }] },
    }),
  ),
  {
    name: 'the limit, as one word of success',
    url: 'https://api.coingecko.com/api/v3/coins/markets?vs_currency=usd&ids=bitcoin',
    headers: { 'retry-after': '9' },
    body: 'Throttled',
    expected: { errors: [{ symbol: null, kind: 'rate_limited', retryAfterMs: 9000 }] },
  },
];
