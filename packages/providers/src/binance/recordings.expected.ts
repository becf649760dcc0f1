import type { ExpectedQuote, ExpectedReading, RecordingsExpected } from '../conformance/expected.ts';

const ticker = (symbol: string, currency: string): ExpectedReading => ({
  quotes: [
    {
      symbol,
      currency,
      price: ['lastPrice'],
      open: ['openPrice'],
      high: ['highPrice'],
      low: ['lowPrice'],
      previousClose: ['prevClosePrice'],
      volume: ['volume'],
      time: { at: ['closeTime'], as: 'ms' },
    },
  ],
});

/** What markets of early 2021 were quoted in. */
const QUOTED_IN =
  'USDT|BUSD|TUSD|USDC|PAX|USDS|DAI|BTC|ETH|BNB|XRP|TRX|DOGE|EUR|GBP|AUD|BRL|TRY|RUB|UAH|NGN|BIDR|IDRT|VAI|BKRW|ZAR|BVND|GYEN|DOT';

/** `ticker/price` of every market there was; the shortest base that leaves a quote currency is the right one. */
const allPrices = (body: unknown): ExpectedQuote[] =>
  (body as { symbol: string }[]).map((row, index) => {
    const [, base = '', currency = ''] = new RegExp(`^(.+?)(${QUOTED_IN})$`).exec(row.symbol) ?? [];
    const symbol = `${base}-${currency === 'USDT' ? 'USD' : currency}`;
    return { symbol, currency, price: [index, 'price'], time: 'received' };
  });

const other: ExpectedReading = { other: true };
/** An error of an endpoint that isn't used says both. */
const otherError = (kind: 'unknown_symbol' | 'malformed' | 'no_data'): ExpectedReading => ({
  other: true,
  errors: [{ symbol: null, kind }],
});

export const recordings: RecordingsExpected = {
  folder: 'binance',
  expected: {
    'cancel_all_orders_by_symbol_error-coin-2020-08-18-400.json': otherError('malformed'),
    // What is kept of these documented examples holds no price.
    'documented-klines.json': { errors: [{ symbol: null, kind: 'malformed' }] },
    'documented-ticker-price.json': { errors: [{ symbol: 'LTC-BTC', kind: 'malformed' }] },
    'documented-ticker-rolling-window.json': { errors: [{ symbol: 'LTC-BTC', kind: 'malformed' }] },
    'error-418-ip-banned-2022.json': { errors: [{ symbol: null, kind: 'rate_limited' }] },
    'error-451-restricted-location.json': { errors: [{ symbol: null, kind: 'unavailable' }] },
    'get_all_prices_ok-2021-03-24.json': { quotes: allPrices },
    'get_best_ticker-2020-06-15.json': other,
    'get_depth_error-2018-03-23-400-2.json': otherError('unknown_symbol'),
    'get_depth_error-2019-11-08-400.json': otherError('unknown_symbol'),
    'get_depth_error-coin-2020-08-18-400.json': otherError('unknown_symbol'),
    'get_depth_ok-2019-11-08.json': other,
    'get_exchange_info_ok-2018-07-14.json': other,
    'get_exchange_info_ok-2019-11-08.json': other,
    'get_historical_trades_ok-2021-04-13.json': other,
    'get_index_price-coin-2020-08-18.json': other,
    'get_klines_interval_err-2021-04-07-400.json': { errors: [{ symbol: null, kind: 'malformed' }] },
    // Hours are not days.
    'get_klines_ok-2021-03-24.json': other,
    'get_order_error-futures-2019-09-20-400.json': otherError('no_data'),
    'get_server_time_ok-2019-11-08.json': other,
    'get_ticker_error-2019-11-08-400.json': { errors: [{ symbol: null, kind: 'unknown_symbol' }] },
    'get_ticker_ok-2018-03-23.json': ticker('LTC-BTC', 'BTC'),
    'get_ticker_ok-2019-11-08.json': ticker('LTC-BTC', 'BTC'),
  },
};
