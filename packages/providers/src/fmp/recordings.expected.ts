import type { ExpectedBars, ExpectedQuote, ExpectedReading, RecordingsExpected } from '../conformance/expected.ts';

const STOCK_DELAY_S = 900;

const quote = (symbol: string, more: Partial<ExpectedQuote>): ExpectedReading => {
  const at = (name: string) => [0, name];
  return {
    quotes: [
      {
        symbol,
        currency: 'USD',
        price: at('price'),
        open: at('open'),
        high: at('dayHigh'),
        low: at('dayLow'),
        previousClose: at('previousClose'),
        volume: at('volume'),
        marketCap: at('marketCap'),
        time: { at: at('timestamp'), as: 's' },
        delayS: STOCK_DELAY_S,
        ...more,
      },
    ],
  };
};

const days = (symbol: string, more: Partial<ExpectedBars>): ExpectedReading => ({
  bars: [
    {
      symbol,
      currency: 'USD',
      rows: [],
      session: { at: ['date'], as: 'date' },
      open: ['open'],
      high: ['high'],
      low: ['low'],
      close: ['close'],
      volume: ['volume'],
      ...more,
    },
  ],
});

const OTHER: ExpectedReading = { other: true };
const minutes = (span: string) => `fmp4j-historical-chart-${span}-AAPL-from=2024-01-01-to=2024-01-02.json`;
const report = (date: string) => ({ symbol: 'AAPL', date, when: 'unknown' as const });

export const recordings: RecordingsExpected = {
  folder: 'fmp',
  expected: {
    'error-402-premium-symbol-plain-text.json': { errors: [{ symbol: 'RKLB', kind: 'plan_forbids' }] },
    'error-429-limit-reach.json': { errors: [{ symbol: null, kind: 'quota_spent' }] },
    'fmp4j-dividends-calendar.json': OTHER,
    'fmp4j-earnings-AAPL.json': { earnings: ['2026-04-26', '2026-01-28', '2025-10-30', '2025-07-31'].map(report) },
    [minutes('15min')]: OTHER,
    [minutes('1min')]: OTHER,
    [minutes('30min')]: OTHER,
    [minutes('5min')]: OTHER,
    'fmp4j-historical-price-eod-light-AAPL-from=2024-02-22-to=2024-02-28.json': days('AAPL', {
      open: undefined,
      high: undefined,
      low: undefined,
      close: ['price'],
    }),
    'fmp4j-quote-AAPL.json': quote('AAPL', {}),
    'fmp4j-quote-short-AAPL.json': quote('AAPL', { time: 'received' }),
    'fmp4j-stock-list.json': OTHER,
    'stable-eod-full-AAPL.json': days('AAPL', {}),
    'stable-eod-full-EURUSD.json': days('EURUSD=X', {}),
    'stable-stock-price-change-AAPL-SPY-BTCUSD.json': OTHER,
    'v3-historical-price-full-DJI.json': days('^DJI', { rows: ['historical'], adjustedClose: ['adjClose'] }),
    'v3-quote-AAPL-2023-11-24.json': quote('AAPL', {}),
    'v3-quote-AUDUSD-2021.json': quote('AUDUSD=X', { delayS: 0 }),
  },
};
