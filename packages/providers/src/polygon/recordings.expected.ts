import type {
  ExpectedBars,
  ExpectedQuote,
  ExpectedReading,
  Path,
  RecordingsExpected,
  When,
} from '../conformance/expected.ts';

const NEW_YORK = 'America/New_York';

const aggregates = (symbol: string, zone: string, currency = 'USD'): ExpectedBars => ({
  symbol,
  currency,
  rows: ['results'],
  session: { at: ['t'], as: 'ms', zone },
  open: ['o'],
  high: ['h'],
  low: ['l'],
  close: ['c'],
  volume: ['v'],
});

/** The last session, as its bar and as the newest price that there is. */
const previous = (symbol: string, zone: string): ExpectedReading => {
  const at = (name: string): Path => ['results', 0, name];
  return {
    quotes: [
      {
        symbol,
        currency: 'USD',
        price: at('c'),
        open: at('o'),
        high: at('h'),
        low: at('l'),
        volume: at('v'),
        time: { at: at('t'), as: 'ms' },
        delayS: 86_400,
      },
    ],
    bars: [aggregates(symbol, zone)],
  };
};

const ticker = (path: Path, symbol: string, currency: string, price: Path, time: When): ExpectedQuote => ({
  symbol,
  currency,
  price: [...path, ...price],
  open: [...path, 'day', 'o'],
  high: [...path, 'day', 'h'],
  low: [...path, 'day', 'l'],
  previousClose: [...path, 'prevDay', 'c'],
  volume: [...path, 'day', 'v'],
  time,
});

const traded = ticker(['tickers', 0], 'BCAT', 'USD', ['lastTrade', 'p'], {
  at: ['tickers', 0, 'lastTrade', 't'],
  as: 'ns',
});
const pair = (row: number, symbol: string, currency: string) =>
  ticker(['tickers', row], symbol, currency, ['day', 'c'], { at: ['tickers', row, 'updated'], as: 'ns' });

const last = (symbol: string, currency: string, price: ExpectedQuote['price'], factor?: string): ExpectedReading => ({
  quotes: [{ symbol, currency, price, time: { at: ['last', 'timestamp'], as: 'ms' }, factor }],
});

const session = (name: string): Path => ['results', 0, 'session', name];

export const recordings: RecordingsExpected = {
  folder: 'polygon',
  expected: {
    'aggs-day-AAPL-desc.json': { bars: [aggregates('AAPL', NEW_YORK)] },
    'aggs-day-X-BTCUSD.json': { bars: [aggregates('BTC-USD', 'UTC')] },
    'conversion-USD-GBP-2021.json': last('USDGBP=X', 'GBP', ['converted']),
    'documented-v2-aggs-ticker-cryptoTicker-prev.json': previous('BTC-USD', 'UTC'),
    'documented-v2-aggs-ticker-forexTicker-range.json': { bars: [aggregates('EURUSD=X', 'UTC')] },
    'documented-v2-aggs-ticker-indicesTicker-prev.json': previous('^NDX', NEW_YORK),
    'documented-v2-aggs-ticker-stocksTicker-range.json': { bars: [aggregates('AAPL', NEW_YORK)] },
    'documented-v2-snapshot-locale-global-markets-forex-tickers-ticker.json': {
      quotes: [ticker(['ticker'], 'EURUSD=X', 'USD', ['day', 'c'], { at: ['ticker', 'updated'], as: 'ms' })],
    },
    'documented-v2-snapshot-locale-us-markets-stocks-tickers.json': { quotes: [traded] },
    'error-401-unknown-key.json': { errors: [{ symbol: null, kind: 'bad_key' }] },
    'error-403-not-entitled.json': { errors: [{ symbol: 'AAPL', kind: 'plan_forbids' }] },
    'error-429-text.json': { errors: [{ symbol: null, kind: 'rate_limited', retryAfterMs: 60_000 }] },
    // A hundred were converted, to two decimals; its `last` is the pair the other way round.
    'mock-v1-conversion-AUD-USD.json': last('AUDUSD=X', 'USD', ['converted'], '0.01'),
    'mock-v1-last_quote-currencies-AUD-USD.json': last('AUDUSD=X', 'USD', { text: '0.6952', value: '0.695235' }),
    'mock-v1-marketstatus-upcoming.json': { other: true },
    'mock-v1-open-close-AAPL-2005-04-01.json': {
      bars: [
        {
          symbol: 'AAPL',
          currency: 'USD',
          rows: [],
          single: true,
          session: { at: ['from'], as: 'date' },
          open: ['open'],
          high: ['high'],
          low: ['low'],
          close: ['close'],
          volume: ['volume'],
        },
      ],
    },
    'mock-v2-aggs-ticker-AAPL-prev.json': previous('AAPL', NEW_YORK),
    'mock-v2-last-nbbo-AAPL.json': {
      quotes: [
        {
          symbol: 'AAPL',
          currency: 'USD',
          price: { text: '155.65', value: '155.655' },
          time: { at: ['results', 't'], as: 'ns' },
        },
      ],
    },
    'mock-v2-snapshot-locale-global-markets-crypto-tickers-X-BTCUSD-book.json': { other: true },
    'mock-v2-snapshot-locale-us-markets-stocks-tickers-index.json': { quotes: [traded] },
    'mock-v3-snapshot-indices.json': {
      quotes: [
        {
          symbol: '^GSPC',
          currency: 'USD',
          price: ['results', 0, 'value'],
          open: session('open'),
          high: session('high'),
          low: session('low'),
          previousClose: session('previous_close'),
          time: 'received',
        },
      ],
      errors: [
        { symbol: '^APX', kind: 'unknown_symbol' },
        { symbol: '^APY', kind: 'plan_forbids' },
      ],
    },
    'snapshot-forex-tickers-2022.json': { quotes: [pair(0, 'XAGCAD=X', 'CAD'), pair(1, 'NZDGBP=X', 'GBP')] },
  },
};
