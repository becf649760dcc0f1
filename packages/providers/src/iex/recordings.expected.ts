import type {
  ExpectedBars,
  ExpectedQuote,
  ExpectedReading,
  Path,
  RecordingsExpected,
} from '../conformance/expected.ts';

const quote = (symbol: string, path: Path = [], more: Partial<ExpectedQuote> = {}): ExpectedQuote => {
  const at = (name: string): Path => [...path, name];
  return {
    symbol,
    currency: 'USD',
    price: at('latestPrice'),
    open: at('open'),
    high: at('high'),
    low: at('low'),
    previousClose: at('previousClose'),
    volume: at('latestVolume'),
    marketCap: at('marketCap'),
    time: { at: at('latestUpdate'), as: 'ms' },
    ...more,
  };
};

const rate = (row: number, symbol: string, currency: string): ExpectedQuote => ({
  symbol,
  currency,
  price: [row, 'rate'],
  time: { at: [row, 'timestamp'], as: 'ms' },
});

/** Prices as traded where the rows have them. */
const days = (unadjusted: boolean, rows: Path = []): ExpectedReading => {
  const name = (plain: string): Path => [unadjusted ? `u${plain.charAt(0).toUpperCase()}${plain.slice(1)}` : plain];
  const bars: ExpectedBars = {
    symbol: 'MSFT',
    currency: 'USD',
    rows,
    session: { at: ['date'], as: 'date' },
    open: name('open'),
    high: name('high'),
    low: name('low'),
    close: name('close'),
    volume: name('volume'),
  };
  return { bars: [bars] };
};

const OTHER: ExpectedReading = { other: true };
const one = (expected: ExpectedQuote): ExpectedReading => ({ quotes: [expected] });
const badKey: ExpectedReading = { errors: [{ symbol: null, kind: 'bad_key' }] };
const unknown: ExpectedReading = { errors: [{ symbol: 'INVALID', kind: 'unknown_symbol' }] };
const invalid: ExpectedReading = { errors: [{ symbol: 'MSFT', kind: 'malformed' }] };

const MOST_ACTIVE = ['AMD', 'BAC', 'INO', 'GE', 'F', 'AAPL', 'MSFT', 'T', 'XOM', 'INTC'];

export const recordings: RecordingsExpected = {
  folder: 'iex',
  expected: {
    'advanced_stats-msft-2019-06-19-403.json': { ...badKey, other: true },
    'batch-quote-FB-MSFT-2018.json': { quotes: [quote('FB', ['FB', 'quote']), quote('MSFT', ['MSFT', 'quote'])] },
    'chart-1d-2019-08-10.json': OTHER,
    'chart-20190306-2019-08-10.json': OTHER,
    'chart-bad_option-2019-08-10-400.json': invalid,
    'chart-dynamic-1m-2018-03-28.json': days(false, ['data']),
    'chart-dynamic-1m-2019-08-10.json': days(false, ['data']),
    'client-access_denied-2019-04-19-403.json': badKey,
    'client-search-missing-2019-11-27-404.json': OTHER,
    'client-search-msft-2019-11-27.json': OTHER,
    'client-search-unknown-2019-11-27.json': OTHER,
    'crypto-btcusdt-2019-04-05.json': one(quote('BTC-USDT', [], { currency: 'USDT' })),
    'crypto-ethusd-quote-2021.json': one(quote('ETH-USD')),
    'dividends-invalid-2019-04-08-404-3.json': { ...unknown, other: true },
    'dividends-msft-2019-04-08.json': OTHER,
    'dividends-msft_default_range-2019-04-08.json': OTHER,
    'error-402-message-quota.json': { errors: [{ symbol: null, kind: 'quota_spent' }] },
    'fx-latest-2019-04-05.json': {
      quotes: [rate(0, 'USDCAD=X', 'CAD'), rate(1, 'USDGBP=X', 'GBP'), rate(2, 'USDJPY=X', 'JPY')],
    },
    'historical_prices-abcd-2020-11-07.json': { errors: [{ symbol: 'ABCD', kind: 'no_data' }] },
    'historical_prices-invalid-2020-11-07-404.json': unknown,
    'historical_prices-invalid_date-2020-11-11-400.json': invalid,
    'historical_prices-invalid_range-2020-11-11-403.json': badKey,
    'historical_prices-msft-2020-11-07.json': days(true),
    'historical_prices-msft_5d-2020-11-11.json': days(true),
    'historical_prices-msft_date_and_chart_by_day-2020-11-14.json': days(true),
    'key_stats-invalid-2019-05-02-404.json': { ...unknown, other: true },
    'key_stats-msft-2019-05-02.json': OTHER,
    'msft-2018-03-23.json': one(quote('MSFT')),
    'ohlc-msft-2018-06-12.json': one({
      symbol: 'MSFT',
      currency: 'USD',
      price: ['close', 'price'],
      open: ['open', 'price'],
      high: ['high'],
      low: ['low'],
      time: { at: ['close', 'time'], as: 'ms' },
    }),
    'price-msft-2019-04-05-2.json': one({ symbol: 'MSFT', currency: 'USD', price: [], time: 'received' }),
    'quote-invalid-2019-04-05-404-2.json': unknown,
    'quote-invalid-2019-04-05-404-3.json': unknown,
    'quote-msft-2018-05-22.json': one(quote('MSFT')),
    'quote-msft-2018-05-26.json': one(quote('MSFT')),
    'quote-msft-2019-04-05.json': one(quote('MSFT')),
    'ref-data-wrong_isin_mapped-2020-04-10.json': OTHER,
    'stock_market-list_mostactive-2020-03-04.json': {
      quotes: MOST_ACTIVE.map((symbol, row) => quote(symbol, [row], { volume: [row, 'volume'] })),
    },
  },
};
