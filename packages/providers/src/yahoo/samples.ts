import type { Sample } from '../conformance/expected.ts';
import { refusals } from './refusal-samples.ts';

const at = (name: string) => ['quoteResponse', 'result', 0, name];
const column = (name: string) => ['chart', 'result', 0, 'indicators', 'quote', 0, name];
const columns = {
  columns: true,
  open: column('open'),
  high: column('high'),
  low: column('low'),
  close: column('close'),
  volume: column('volume'),
} as const;

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
          ...columns,
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
          ...columns,
          without: [1],
        },
      ],
    },
  },
  ...refusals,
];
