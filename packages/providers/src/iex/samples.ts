import type { Sample } from '../conformance/expected.ts';

const BASE = 'https://cloud.iexapis.com/v1';

export const samples: Sample[] = [
  {
    name: 'a quote that is a quarter of an hour late',
    url: `${BASE}/stock/brk.b/quote`,
    body: '{"symbol":"BRK.B","latestPrice":411.07,"latestSource":"15 minute delayed price","latestUpdate":1683734400000,"latestVolume":42,"currency":"USD"}',
    expected: {
      quotes: [
        {
          symbol: 'BRK-B',
          currency: 'USD',
          price: ['latestPrice'],
          volume: ['latestVolume'],
          time: { at: ['latestUpdate'], as: 'ms' },
          delayS: 900,
        },
      ],
    },
  },
  {
    name: 'the batch of one symbol, which has no symbol level',
    url: `${BASE}/stock/tst/batch?types=quote,chart&range=1m`,
    body: '{"quote":{"symbol":"TST","latestPrice":10.5,"latestUpdate":1683734400000},"chart":[{"date":"2023-05-09","close":5.2,"uClose":10.4,"fClose":5.1}]}',
    expected: {
      quotes: [
        {
          symbol: 'TST',
          currency: 'USD',
          price: ['quote', 'latestPrice'],
          time: { at: ['quote', 'latestUpdate'], as: 'ms' },
        },
      ],
      bars: [
        {
          symbol: 'TST',
          currency: 'USD',
          rows: ['chart'],
          session: { at: ['date'], as: 'date' },
          close: ['uClose'],
          adjustedClose: ['fClose'],
        },
      ],
    },
  },
  {
    name: 'the official close of yesterday, while a new session runs',
    url: `${BASE}/stock/tst/ohlc`,
    body: '{"open":{"price":11,"time":1683725400000},"close":{"price":10.5,"time":1683662400000},"high":11.2,"low":10.9}',
    expected: {
      quotes: [
        { symbol: 'TST', currency: 'USD', price: ['close', 'price'], time: { at: ['close', 'time'], as: 'ms' } },
      ],
    },
  },
  {
    name: 'reports of the past',
    url: `${BASE}/stock/tst/earnings/2`,
    body: '{"symbol":"TST","earnings":[{"actualEPS":1.2,"announceTime":"AMC","EPSReportDate":"2023-05-02"},{"announceTime":"BTO","EPSReportDate":"2023-02-02"}]}',
    expected: {
      earnings: [
        { symbol: 'TST', date: '2023-05-02', when: 'after_close' },
        { symbol: 'TST', date: '2023-02-02', when: 'before_open' },
      ],
    },
  },
  {
    name: 'a name that nobody knows',
    url: `${BASE}/stock/nosuch/quote`,
    status: 404,
    body: 'Unknown symbol',
    expected: { errors: [{ symbol: 'NOSUCH', kind: 'unknown_symbol' }] },
  },
  {
    name: 'the news of a batch',
    url: `${BASE}/stock/market/batch?symbols=tst&types=news`,
    body: '{"TST":{"news":[]}}',
    expected: { other: true },
  },
];
