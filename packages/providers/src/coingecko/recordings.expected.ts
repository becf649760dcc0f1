import type { ProviderErrorKind } from '@freshet/contracts';
import {
  type ExpectedQuote,
  type ExpectedReading,
  type RecordingsExpected,
  ROW,
  type When,
} from '../conformance/expected.ts';

const market = (index: number, symbol: string, currency: string): ExpectedQuote => ({
  symbol,
  currency,
  price: [index, 'current_price'],
  high: [index, 'high_24h'],
  low: [index, 'low_24h'],
  volume: [index, 'total_volume'],
  marketCap: [index, 'market_cap'],
  time: { at: [index, 'last_updated'], as: 'iso' },
});

const simple = (id: string, symbol: string, currency: string, volume = false): ExpectedQuote => ({
  symbol,
  currency,
  price: [id, currency.toLowerCase()],
  ...(volume ? { volume: [id, `${currency.toLowerCase()}_24h_vol`] } : {}),
  time: 'received',
});

const coin = (time: When, with24h: boolean): ExpectedQuote => ({
  symbol: 'BTC-USD',
  currency: 'USD',
  price: ['market_data', 'current_price', 'usd'],
  volume: ['market_data', 'total_volume', 'usd'],
  marketCap: ['market_data', 'market_cap', 'usd'],
  ...(with24h ? { high: ['market_data', 'high_24h', 'usd'], low: ['market_data', 'low_24h', 'usd'] } : {}),
  time,
});

/** Candles of four hours, stamped with their end, put together to days. */
const candles = (symbol: string, currency: string): ExpectedReading => ({
  bars: [
    {
      symbol,
      currency,
      rows: [],
      session: { at: [0], as: 'ms', zone: 'UTC', endsAt: true },
      open: [1],
      high: [2],
      low: [3],
      close: [4],
      together: true,
    },
  ],
});

const failed = (kind: ProviderErrorKind, symbol: string | null = null): ExpectedReading => ({
  errors: [{ symbol, kind }],
});

export const recordings: RecordingsExpected = {
  folder: 'coingecko',
  expected: {
    'a_coins_complete_current_data-2021-05-15.json': {
      quotes: [coin({ at: ['market_data', 'last_updated'], as: 'iso' }, true)],
    },
    'daily_historical_prices_for_one_coin-2021-05-15.json': {
      bars: [
        {
          symbol: 'BTC-USD',
          currency: 'USD',
          rows: ['prices'],
          // Midnight closes the day before; the last point is the running day's.
          session: { at: [0], as: 'ms', zone: 'UTC', endsAt: true },
          columns: true,
          close: ['prices', ROW, 1],
          volume: ['total_volumes', ROW, 1],
        },
      ],
    },
    'error-404-coin-not-found.json': failed('unknown_symbol'),
    'error-429-rate-limit.json': failed('rate_limited'),
    'error-coin-id-unknown-old-text.json': failed('unknown_symbol', 'NOSUCHCOIN-USD'),
    'historical_price_for_one_coin_at_a_previous_date-2021-05-15.json': {
      quotes: [coin({ iso: '2017-12-30T00:00:00Z' }, false)],
    },
    'historical_price_for_one_coin_at_a_previous_date-2021-05-16-422-2.json': failed('malformed'),
    'market_data_for_a_coin-2021-05-15.json': { quotes: [market(0, 'BTC-USD', 'USD')] },
    'market_data_for_a_coin-2021-07-19-422.json': failed('malformed'),
    'market_data_for_a_coin_in_myr-2021-05-15.json': { quotes: [market(0, 'BTC-MYR', 'MYR')] },
    'markets-bitcoin-ethereum-2026.json': { quotes: [market(0, 'BTC-USD', 'USD'), market(1, 'ETH-USD', 'USD')] },
    'minutely_historical_prices_for_one_coin-2021-07-19-422.json': failed('malformed'),
    'ohlc_data_for_one_coin_in_the_last_30_days_in_myr-2021-05-15.json': candles('BTC-MYR', 'MYR'),
    'ohlc_data_for_one_coin_in_the_last_30_days_in_myr-2021-07-19-500.json': failed('unavailable'),
    'ohlc_data_for_one_coin_in_the_last_7_days-2021-05-15.json': candles('BTC-USD', 'USD'),
    'price_for_one_coin-2021-05-15-2.json': { quotes: [simple('bitcoin', 'BTC-USD', 'USD')] },
    'price_for_one_coin_in_a_different_currency-2021-05-15-2.json': { quotes: [simple('bitcoin', 'BTC-MYR', 'MYR')] },
    'price_for_one_coin_in_a_different_currency-2021-07-19-422.json': failed('malformed'),
    'simple-price-ethereum-24h-vol-full-precision.json': { quotes: [simple('ethereum', 'ETH-USD', 'USD', true)] },
    'simple-price-olympus-ethereum.json': {
      quotes: [simple('ethereum', 'ETH-USD', 'USD'), simple('olympus', 'OHM-USD', 'USD')],
    },
    'simple_price_for_one_coin-2021-05-15.json': { quotes: [simple('bitcoin', 'BTC-USD', 'USD')] },
  },
};
