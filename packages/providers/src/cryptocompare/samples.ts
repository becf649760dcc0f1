import type { Sample } from '../conformance/expected.ts';

const failed = (Message: string, more: Record<string, unknown> = {}) =>
  JSON.stringify({ Response: 'Error', Message, HasWarning: false, RateLimit: {}, Data: {}, ...more });

export const samples: Sample[] = [
  {
    name: 'two coins in two currencies, one of them left out',
    url: 'https://min-api.cryptocompare.com/data/pricemultifull?fsyms=BTC,NOPE&tsyms=USD',
    body: JSON.stringify({
      RAW: {
        BTC: {
          USD: {
            PRICE: 61234.5,
            LASTUPDATE: 1767614400,
            OPEN24HOUR: 0,
            HIGH24HOUR: '62000',
            VOLUME24HOUR: 1.5e-7,
            MKTCAP: 0,
          },
        },
      },
    }),
    expected: {
      quotes: [
        {
          symbol: 'BTC-USD',
          currency: 'USD',
          price: ['RAW', 'BTC', 'USD', 'PRICE'],
          high: ['RAW', 'BTC', 'USD', 'HIGH24HOUR'],
          volume: ['RAW', 'BTC', 'USD', 'VOLUME24HOUR'],
          time: { at: ['RAW', 'BTC', 'USD', 'LASTUPDATE'], as: 's' },
        },
      ],
      errors: [{ symbol: 'NOPE-USD', kind: 'unknown_symbol' }],
    },
  },
  {
    name: 'days of which the first is before the first trade',
    url: 'https://min-api.cryptocompare.com/data/v2/histoday?fsym=ETH&tsym=EUR&limit=2',
    body: JSON.stringify({
      Response: 'Success',
      Data: {
        Data: [
          { time: 1767484800, open: 0, high: 0, low: 0, close: 0, volumefrom: 0 },
          { time: 1767571200, open: 2900.5, high: 3000, low: 2800, close: 2950.25, volumefrom: 12.5 },
        ],
      },
    }),
    expected: {
      bars: [
        {
          symbol: 'ETH-EUR',
          currency: 'EUR',
          rows: ['Data', 'Data'],
          session: { at: ['time'], as: 's', zone: 'UTC' },
          open: ['open'],
          high: ['high'],
          low: ['low'],
          close: ['close'],
          volume: ['volumefrom'],
          without: [0],
        },
      ],
    },
  },
  {
    name: 'the limit of the hour, as a success of HTTP',
    url: 'https://min-api.cryptocompare.com/data/price?fsym=BTC&tsyms=USD',
    receivedAt: '2026-01-05T12:50:00Z',
    body: failed('You are over your rate limit please upgrade your account!', {
      Type: 99,
      RateLimit: { calls_made: { hour: 3001, day: 4000 }, max_calls: { hour: 3000, day: 10_000 } },
    }),
    expected: { errors: [{ symbol: null, kind: 'rate_limited', retryAfterMs: 600_000 }] },
  },
  {
    name: 'a key that is missing',
    url: 'https://min-api.cryptocompare.com/data/pricemulti?fsyms=BTC&tsyms=USD',
    body: failed('You need a valid auth key or api key to access this endpoint', { Type: 1 }),
    expected: { errors: [{ symbol: null, kind: 'bad_key' }] },
  },
  {
    name: 'the limit of the day, until it ends',
    url: 'https://min-api.cryptocompare.com/data/pricemulti?fsyms=BTC&tsyms=USD',
    receivedAt: '2026-01-05T12:00:00Z',
    body: failed('You are over your rate limit please upgrade your account!', {
      Type: 99,
      RateLimit: { calls_made: { hour: 20, day: 10_001 }, max_calls: { hour: 3000, day: 10_000 } },
    }),
    expected: { errors: [{ symbol: null, kind: 'quota_spent', retryAfterMs: 12 * 3_600_000 }] },
  },
  {
    name: 'a failure of theirs, as a success of HTTP',
    url: 'https://min-api.cryptocompare.com/data/pricemulti?fsyms=BTC&tsyms=USD',
    body: failed('Internal error, please try again later.', { Type: 2 }),
    expected: { errors: [{ symbol: null, kind: 'unavailable' }] },
  },
];
