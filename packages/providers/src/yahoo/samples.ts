import type { Sample } from '../conformance/expected.ts';

const at = (name: string) => ['quoteResponse', 'result', 0, name];
const column = (name: string) => ['chart', 'result', 0, 'indicators', 'quote', 0, name];

export const samples: Sample[] = [
  {
    name: 'a quote in pence with its report after the close',
    url: 'https://query2.finance.yahoo.com/v7/finance/quote?symbols=TST.L,GONE.L&crumb=abc',
    body: JSON.stringify({
      quoteResponse: {
        result: [
          {
            symbol: 'TST.L',
            quoteType: 'EQUITY',
            currency: 'GBp',
            regularMarketPrice: 308.8,
            regularMarketOpen: 308.2,
            regularMarketDayHigh: '315.4158',
            regularMarketDayLow: null,
            regularMarketPreviousClose: 0,
            regularMarketVolume: 113925,
            regularMarketTime: 1767630600,
            exchangeDataDelayedBy: 15,
            exchangeTimezoneName: 'Europe/London',
            earningsTimestamp: 1767717000,
          },
        ],
        error: null,
      },
    }),
    expected: {
      quotes: [
        {
          symbol: 'TST.L',
          currency: 'GBP',
          price: at('regularMarketPrice'),
          open: at('regularMarketOpen'),
          high: at('regularMarketDayHigh'),
          volume: at('regularMarketVolume'),
          time: { at: at('regularMarketTime'), as: 's' },
          delayS: 900,
          factor: '0.01',
        },
      ],
      earnings: [{ symbol: 'TST.L', date: '2026-01-06', when: 'after_close' }],
      errors: [{ symbol: 'GONE.L', kind: 'unknown_symbol' }],
    },
  },
  {
    name: 'days around a split, a hole and a dividend in agorot',
    url: 'https://query2.finance.yahoo.com/v8/finance/chart/TST.TA?interval=1d&events=div%7Csplit',
    body: JSON.stringify({
      chart: {
        result: [
          {
            meta: { symbol: 'TST.TA', currency: 'ILA', dataGranularity: '1d', exchangeTimezoneName: 'Asia/Jerusalem' },
            timestamp: [1767511800, 1767598200, 1767684600, 1767771000],
            events: {
              splits: { 1767598200: { date: 1767598200, numerator: 3, denominator: 2, splitRatio: '3:2' } },
              dividends: { 1767771000: { date: 1767771000, amount: 12 } },
            },
            indicators: {
              quote: [
                {
                  open: [1000, 1010, null, 1030],
                  high: [1100, 1110, null, 1130],
                  low: [900, 910, null, 930],
                  close: [1050, 1060, null, 1080.5],
                  volume: [5, 6, null, 0],
                },
              ],
              adjclose: [{ adjclose: [1040, 1050, null, 1080.5] }],
            },
          },
        ],
        error: null,
      },
    }),
    expected: {
      bars: [
        {
          symbol: 'TST.TA',
          currency: 'ILS',
          rows: ['chart', 'result', 0, 'timestamp'],
          session: { at: [], as: 's', zone: 'Asia/Jerusalem' },
          columns: true,
          open: column('open'),
          high: column('high'),
          low: column('low'),
          close: column('close'),
          volume: column('volume'),
          adjustedClose: ['chart', 'result', 0, 'indicators', 'adjclose', 0, 'adjclose'],
          without: [2],
          splits: { '2026-01-05': '1.5' },
          dividends: { '2026-01-07': '0.12' },
          factor: '0.01',
        },
      ],
    },
  },
  {
    name: 'a crumb that is a sentence',
    url: 'https://query1.finance.yahoo.com/v1/test/getcrumb',
    body: 'Too Many Requests',
    expected: { other: true, errors: [{ symbol: null, kind: 'rate_limited' }] },
  },
  {
    name: 'the limit, as plain text that promises a time in a header',
    url: 'https://query1.finance.yahoo.com/v7/finance/quote?symbols=AAPL',
    status: 429,
    headers: { 'retry-after': '30' },
    body: 'Too Many Requests\r\n',
    expected: { errors: [{ symbol: null, kind: 'rate_limited', retryAfterMs: 30_000 }] },
  },
  {
    name: 'dollars in yen under the name that was not asked',
    url: 'https://query2.finance.yahoo.com/v8/finance/spark?symbols=JPY=X&range=1d&interval=5m',
    body: '{"JPY=X":{"symbol":"JPY=X","timestamp":[1767600000,1767600300],"close":[150.25,null],"dataGranularity":300}}',
    expected: {
      quotes: [
        {
          symbol: 'JPY=X',
          currency: 'JPY',
          price: ['JPY=X', 'close', 0],
          time: { at: ['JPY=X', 'timestamp', 0], as: 's' },
        },
      ],
    },
  },
  {
    name: 'an estimated report in a calendar',
    url: 'https://query2.finance.yahoo.com/v10/finance/quoteSummary/AAPL?modules=calendarEvents',
    receivedAt: '2026-01-05T12:00:00Z',
    body: JSON.stringify({
      quoteSummary: {
        result: [
          {
            calendarEvents: {
              earnings: { earningsDate: [{ raw: 1769731200, fmt: '2026-01-30' }, { raw: 1770076800 }] },
            },
          },
        ],
        error: null,
      },
    }),
    expected: { earnings: [{ symbol: 'AAPL', date: '2026-01-29', when: 'unknown' }] },
  },
  {
    name: 'the limit, by the number that is Yahoo’s own',
    url: 'https://query1.finance.yahoo.com/v7/finance/quote?symbols=AAPL',
    status: 999,
    body: '<html><body>Sorry, Unable to process request at this time -- error 999.</body></html>',
    expected: { errors: [{ symbol: null, kind: 'rate_limited' }] },
  },
  {
    name: 'the limit, in the envelope of an error and with the status of success',
    url: 'https://query1.finance.yahoo.com/v7/finance/quote?symbols=AAPL',
    headers: { 'retry-after': '60' },
    body: JSON.stringify({
      finance: { result: null, error: { code: 'Too Many Requests', description: 'Rate limit exceeded' } },
    }),
    expected: { errors: [{ symbol: null, kind: 'rate_limited', retryAfterMs: 60_000 }] },
  },
  {
    name: 'a refusal of the edge, as one line of success',
    url: 'https://query1.finance.yahoo.com/v8/finance/chart/AAPL?interval=1d',
    body: 'Edge: Request Denied',
    expected: { errors: [{ symbol: null, kind: 'rate_limited' }] },
  },
  {
    name: 'a crumb of another session',
    url: 'https://query1.finance.yahoo.com/v7/finance/quote?symbols=AAPL&crumb=old',
    status: 401,
    body: JSON.stringify({
      finance: { result: null, error: { code: 'Unauthorized', description: 'Invalid Crumb' } },
    }),
    expected: { errors: [{ symbol: null, kind: 'bad_key' }] },
  },
  {
    name: 'a session that is gone, by the status alone',
    url: 'https://query1.finance.yahoo.com/v7/finance/quote?symbols=AAPL&crumb=old',
    status: 401,
    body: '',
    expected: { errors: [{ symbol: null, kind: 'bad_key' }] },
  },
  {
    name: 'a page that asks for consent where quotes were asked for',
    url: 'https://query1.finance.yahoo.com/v7/finance/quote?symbols=AAPL',
    body: '<!DOCTYPE html><html><form action="https://consent.yahoo.com/v2/collectConsent"></form></html>',
    expected: { errors: [{ symbol: null, kind: 'bad_key' }] },
  },
  {
    name: 'a block of the network, which is no plan',
    url: 'https://query1.finance.yahoo.com/v7/finance/quote?symbols=AAPL',
    status: 403,
    body: 'Forbidden',
    expected: { errors: [{ symbol: null, kind: 'unavailable' }] },
  },
  {
    name: 'a failure of theirs in the envelope of an error',
    url: 'https://query1.finance.yahoo.com/v8/finance/chart/AAPL?interval=1d',
    body: JSON.stringify({
      chart: { result: null, error: { code: 'internal-error', description: 'Internal Server Error' } },
    }),
    expected: { errors: [{ symbol: null, kind: 'unavailable' }] },
  },
  {
    name: 'a symbol that is listed no more, in the envelope of an error',
    url: 'https://query1.finance.yahoo.com/v8/finance/chart/GONE?interval=1d',
    status: 404,
    body: JSON.stringify({
      chart: { result: null, error: { code: 'Not Found', description: 'No data found, symbol may be delisted' } },
    }),
    expected: { errors: [{ symbol: 'GONE', kind: 'unknown_symbol' }] },
  },
  {
    name: 'a quote without its currency',
    url: 'https://query2.finance.yahoo.com/v7/finance/quote?symbols=TST.L',
    body: JSON.stringify({
      quoteResponse: {
        result: [{ symbol: 'TST.L', quoteType: 'EQUITY', regularMarketPrice: 308.8, regularMarketTime: 1767630600 }],
        error: null,
      },
    }),
    expected: { errors: [{ symbol: 'TST.L', kind: 'malformed' }] },
  },
  {
    name: 'days that come with an offset and no zone, the last one twice',
    url: 'https://query2.finance.yahoo.com/v8/finance/chart/TST.AX?interval=1d',
    body: JSON.stringify({
      chart: {
        result: [
          {
            meta: { symbol: 'TST.AX', currency: 'AUD', dataGranularity: '1d', gmtoffset: 39600 },
            timestamp: [1767567600, 1767654000, 1767675600],
            indicators: {
              quote: [{ open: [1, 2, 2], high: [1, 2, 3], low: [1, 2, 2], close: [1, 2, 2.5], volume: [5, 6, 7] }],
            },
          },
        ],
        error: null,
      },
    }),
    expected: {
      bars: [
        {
          symbol: 'TST.AX',
          currency: 'AUD',
          rows: ['chart', 'result', 0, 'timestamp'],
          session: { at: [], as: 's', zone: 'Australia/Sydney' },
          columns: true,
          open: column('open'),
          high: column('high'),
          low: column('low'),
          close: column('close'),
          volume: column('volume'),
          without: [1],
        },
      ],
    },
  },
];
