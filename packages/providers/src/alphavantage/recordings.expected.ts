import type { ExpectedBars, ExpectedReading, RecordingsExpected } from '../conformance/expected.ts';

const SERIES = 'Time Series (Daily)';

const globalQuote = (symbol: string, currency: string, iso: string): ExpectedReading => {
  const at = (name: string) => ['Global Quote', name];
  return {
    quotes: [
      {
        symbol,
        currency,
        price: at('05. price'),
        open: at('02. open'),
        high: at('03. high'),
        low: at('04. low'),
        previousClose: at('08. previous close'),
        volume: at('06. volume'),
        // Only the day is told: the end of its session at the exchange.
        time: { iso },
        session: iso.slice(0, 10),
        delayS: 86_400,
      },
    ],
  };
};

const daily = (symbol: string, currency: string, series: string, more: Partial<ExpectedBars>): ExpectedReading => ({
  bars: [
    {
      symbol,
      currency,
      rows: [series],
      session: { at: 'key', as: 'date' },
      open: ['1. open'],
      high: ['2. high'],
      low: ['3. low'],
      close: ['4. close'],
      ...more,
    },
  ],
});

const refused = (kind: 'bad_key' | 'rate_limited' | 'quota_spent', retryAfterMs?: number): ExpectedReading => ({
  errors: [{ symbol: null, kind, retryAfterMs }],
});

const RATE = 'Realtime Currency Exchange Rate';

export const recordings: RecordingsExpected = {
  folder: 'alphavantage',
  expected: {
    'currency-exchange-rate-BTC-CNY.json': {
      quotes: [
        {
          symbol: 'BTC-CNY',
          currency: 'CNY',
          price: [RATE, '5. Exchange Rate'],
          time: { at: [RATE, '6. Last Refreshed'], as: 'local', zone: 'UTC' },
        },
      ],
    },
    'daily-AAPL-2023.json': daily('AAPL', 'USD', SERIES, { volume: ['5. volume'] }),
    'daily-adjusted-IBM.json': daily('IBM', 'USD', SERIES, {
      volume: ['6. volume'],
      adjustedClose: ['5. adjusted close'],
    }),
    'error-apikey-invalid.json': refused('bad_key'),
    'error-information-1-per-second.json': refused('rate_limited', 1000),
    'error-invalid-api-call.json': { errors: [{ symbol: 'X', kind: 'unknown_symbol' }] },
    'error-rate-limit-25-per-day.json': refused('quota_spent'),
    'fx-daily-EUR-AUD.json': daily('EURAUD=X', 'AUD', 'Time Series FX (Daily)', {}),
    'global-quote-MSFT.json': globalQuote('MSFT', 'USD', '2018-10-05T20:00:00Z'),
    'global-quote-SOLB.BR.json': globalQuote('SOLB.BR', 'EUR', '2019-11-29T16:30:00Z'),
    'global-quote-unknown-symbol-empty.json': { errors: [{ symbol: 'X', kind: 'unknown_symbol' }] },
    'intraday-MSFT-1min.json': { other: true },
    'intraday-extended-csv.json': { other: true },
    'search-empty.json': { other: true },
    'symbol-search-BA.json': { other: true },
  },
};
