import type { ExpectedQuote, ExpectedReading, Path, RecordingsExpected, When } from '../conformance/expected.ts';

const bare = (symbol: string, path: Path, time: When = 'received'): ExpectedQuote => ({
  symbol,
  currency: String(path.at(-1)),
  price: path,
  time,
});

const full = (fsym: string): ExpectedReading => {
  const at = (name: string): Path => ['RAW', fsym, 'USD', name];
  return {
    quotes: [
      {
        symbol: `${fsym}-USD`,
        currency: 'USD',
        price: at('PRICE'),
        open: at('OPEN24HOUR'),
        high: at('HIGH24HOUR'),
        low: at('LOW24HOUR'),
        volume: at('VOLUME24HOUR'),
        marketCap: at('MKTCAP'),
        time: { at: at('LASTUPDATE'), as: 's' },
      },
    ],
  };
};

const days = (rows: Path): ExpectedReading => ({
  bars: [
    {
      symbol: 'BTC-USD',
      currency: 'USD',
      rows,
      session: { at: ['time'], as: 's', zone: 'UTC' },
      open: ['open'],
      high: ['high'],
      low: ['low'],
      close: ['close'],
      volume: ['volumefrom'],
    },
  ],
});

const other: ExpectedReading = { other: true };
const ON_2016_01_13: When = { iso: '2016-01-13T10:20:00Z' };

export const recordings: RecordingsExpected = {
  folder: 'cryptocompare',
  expected: {
    'btc_to_eth-2017-07-09.json': { quotes: [bare('BTC-ETH', ['BTC', 'ETH'])] },
    'btc_to_usd_coin_snapshot-2021-11-20.json': other,
    // An average is nobody's price at any moment.
    'btc_to_usd_day_avg-2017-08-30.json': other,
    'btc_to_usd_full-2017-09-07.json': full('BTC'),
    'btc_to_usd_histo_day_with_limit_1-2017-08-13.json': days(['Data']),
    'btc_to_usd_histo_day_with_limit_10-2017-08-13.json': days(['Data']),
    'btc_to_usd_histo_day_with_to_ts-2017-08-13.json': days(['Data']),
    'btc_to_usd_histo_hour_with_limit_10-2017-08-13.json': other,
    'btc_to_usd_histo_hour_with_to_ts-2017-08-13.json': other,
    'btc_to_usd_histo_minute_with_limit_10-2017-08-12.json': other,
    'error-no-data-for-tosymbols.json': { errors: [{ symbol: null, kind: 'no_data' }] },
    'error-rate-limit-day.json': { errors: [{ symbol: null, kind: 'quota_spent' }] },
    'error-unknown-pair.json': { errors: [{ symbol: 'ASDHALF-USD', kind: 'unknown_symbol' }] },
    'eth_to_multiple_currencies_historical_timestamp-2017-07-22.json': {
      quotes: ['BTC', 'USD', 'EUR'].map((tsym) => bare(`ETH-${tsym}`, ['ETH', tsym], ON_2016_01_13)),
    },
    'eth_to_usd_coinbase-2017-07-15.json': { quotes: [bare('ETH-USD', ['ETH', 'USD'])] },
    'eth_to_usd_historical-2017-07-22.json': { quotes: [bare('ETH-USD', ['ETH', 'USD'])] },
    'mult_fiat_to_mult_cc-2017-07-11.json': {
      quotes: ['USD', 'EUR'].flatMap((fsym) => ['BTC', 'ETH'].map((tsym) => bare(`${fsym}-${tsym}`, [fsym, tsym]))),
    },
    'price-2017-07-07.json': { quotes: [bare('BTC-USD', ['BTC', 'USD'])] },
    'price-USD-EUR-2022.json': { quotes: [bare('USDEUR=X', ['EUR'])] },
    'pricemultifull-ETH-USD-2022.json': full('ETH'),
    'usd_to_eth-2017-07-09.json': { quotes: [bare('USD-ETH', ['USD', 'ETH'])] },
    'v2-histoday-BTC-USD-2022.json': days(['Data', 'Data']),
  },
};
