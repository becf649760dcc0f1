import type { ExpectedBars, ExpectedQuote, RecordingsExpected } from '../conformance/expected.ts';
import { UNNAMED } from '../symbols/spelling.ts';

const quote = (
  symbol: string,
  currency = 'USD',
  time: ExpectedQuote['time'] = { at: ['t'], as: 's' },
): ExpectedQuote => ({
  symbol,
  currency,
  price: ['c'],
  open: ['o'],
  high: ['h'],
  low: ['l'],
  previousClose: ['pc'],
  time,
});

const candles = (symbol: string, currency: string | null, zone: string): ExpectedBars => ({
  symbol,
  currency,
  rows: ['t'],
  session: { at: [], as: 's', zone },
  columns: true,
  open: ['o'],
  high: ['h'],
  low: ['l'],
  close: ['c'],
  volume: ['v'],
});

export const recordings: RecordingsExpected = {
  folder: 'finnhub',
  expected: {
    'calendar-earnings-AAPL-reported.json': { earnings: [{ symbol: 'AAPL', date: '2026-01-29', when: 'after_close' }] },
    'candle-AAPL-D-2021-09.json': { bars: [candles('AAPL', 'USD', 'UTC')] },
    'documented-candle-no-data.json': { errors: [{ symbol: null, kind: 'no_data' }] },
    // Stamped at 17:00 New York, where the currencies' next day begins: a zone seven hours ahead tells that date.
    'documented-crypto-candle.json': { bars: [candles(UNNAMED, null, 'Europe/Moscow')] },
    'documented-crypto-symbol.json': { other: true },
    'documented-quote-no-t.json': { quotes: [quote(UNNAMED, 'USD', 'received')] },
    'documented-stock-candle.json': { bars: [candles(UNNAMED, null, 'America/New_York')] },
    'documented-stock-symbol.json': { other: true },
    'error-401-invalid-key.json': { errors: [{ symbol: null, kind: 'bad_key' }] },
    'error-429-limit.json': { errors: [{ symbol: null, kind: 'rate_limited', retryAfterMs: 60_000 }] },
    'quote-291.15.json': { quotes: [quote(UNNAMED)] },
    'quote-AAPL-2026-05-22.json': { quotes: [quote('AAPL')] },
    'quote-FHFX-USD-JPY.json': { quotes: [quote('USDJPY=X', 'JPY')] },
    'quote-unknown-symbol-zeros.json': { errors: [{ symbol: 'ZZZZINVALID', kind: 'unknown_symbol' }] },
  },
};
