import type { ExpectedBars, ExpectedQuote, Path, RecordingsExpected } from '../conformance/expected.ts';

const quote = (symbol: string, path: Path = []): ExpectedQuote => {
  const at = (name: string): Path => [...path, name];
  return {
    symbol,
    currency: 'USD',
    price: at('close'),
    open: at('open'),
    high: at('high'),
    low: at('low'),
    previousClose: at('previous_close'),
    volume: at('volume'),
    time: { at: at('timestamp'), as: 's' },
  };
};

const series = (symbol: string, path: Path = []): ExpectedBars => ({
  symbol,
  currency: 'USD',
  rows: [...path, 'values'],
  session: { at: ['datetime'], as: 'date' },
  open: ['open'],
  high: ['high'],
  low: ['low'],
  close: ['close'],
  volume: ['volume'],
});

const rate = (symbol: string, currency: string, path: Path = []): ExpectedQuote => ({
  symbol,
  currency,
  price: [...path, 'rate'],
  time: { at: [...path, 'timestamp'], as: 's' },
});

const mixed = (request: string): Path => ['data', request, 'response'];

export const recordings: RecordingsExpected = {
  folder: 'twelvedata',
  expected: {
    'currency-conversion.json': { quotes: [rate('EURUSD=X', 'USD')] },
    'dividends-calendar.json': { other: true },
    'documented-batch-error.json': {
      bars: [series('AAPL', ['AAPL'])],
      errors: [{ symbol: 'INVALID', kind: 'unknown_symbol' }],
    },
    'documented-batch-quote.json': { quotes: [quote('AAPL', ['AAPL']), quote('MSFT', ['MSFT'])] },
    'documented-batch-time-series.json': { bars: [series('AAPL', ['AAPL']), series('MSFT', ['MSFT'])] },
    'documented-post-batch.json': {
      quotes: [rate('USDJPY=X', 'JPY', mixed('req_2')), rate('USDJPY=X', 'JPY', mixed('req_3'))],
      other: true,
    },
    'documented-quote-AAPL.json': { quotes: [quote('AAPL')] },
    'eod-VXX-2021.json': {
      // Only the day is told, and the answer came before its session's end.
      quotes: [
        {
          symbol: 'VXX',
          currency: 'USD',
          price: ['close'],
          time: { iso: '2021-11-05T04:00:00Z' },
          session: '2021-11-05',
        },
      ],
      bars: [
        {
          symbol: 'VXX',
          currency: 'USD',
          rows: [],
          single: true,
          session: { at: ['datetime'], as: 'date' },
          close: ['close'],
        },
      ],
    },
    'error-401-apikey.json': { errors: [{ symbol: null, kind: 'bad_key' }] },
    'error-404-unknown-symbol.json': { errors: [{ symbol: null, kind: 'unknown_symbol' }] },
    'error-429-minute-18-of-8.json': { errors: [{ symbol: null, kind: 'rate_limited' }] },
    'market-movers-stocks.json': { other: true },
    'price-VXX-2021.json': { quotes: [{ symbol: 'VXX', currency: 'USD', price: ['price'], time: 'received' }] },
    'quote-AAPL-2022.json': { quotes: [quote('AAPL')] },
    'time-series-AAPL-2-days-2026.json': { bars: [series('AAPL')] },
    'time-series-TSLA-1day-2020.json': { bars: [series('TSLA')] },
    'time-series-TSLA-1day-2022.json': { bars: [series('TSLA')] },
    'time-series-cross.json': { other: true },
  },
};
