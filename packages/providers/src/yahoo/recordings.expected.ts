import type { EarningsDate } from '@freshet/market';
import type {
  ExpectedBars,
  ExpectedQuote,
  ExpectedReading,
  Path,
  RecordingsExpected,
} from '../conformance/expected.ts';

type Fields = Partial<Pick<ExpectedQuote, 'delayS' | 'factor'>>;

function fieldsAt(path: Path, symbol: string, currency: string, more: Fields): ExpectedQuote {
  const at = (name: string): Path => [...path, name];
  return {
    symbol,
    currency,
    price: at('regularMarketPrice'),
    open: at('regularMarketOpen'),
    high: at('regularMarketDayHigh'),
    low: at('regularMarketDayLow'),
    previousClose: at('regularMarketPreviousClose'),
    volume: at('regularMarketVolume'),
    marketCap: at('marketCap'),
    time: { at: at('regularMarketTime'), as: 's' },
    ...more,
  };
}

const quoteAt = (index: number, symbol: string, currency = 'USD', more: Fields = {}) =>
  fieldsAt(['quoteResponse', 'result', index], symbol, currency, more);

const quoted = (symbol: string, currency = 'USD', more: Fields = {}, earnings?: EarningsDate): ExpectedReading => ({
  quotes: [quoteAt(0, symbol, currency, more)],
  ...(earnings ? { earnings: [earnings] } : {}),
});

const reports = (symbol: string, date: string, when: EarningsDate['when'] = 'unknown'): EarningsDate => ({
  symbol,
  date,
  when,
});

const metaAt = (path: Path, symbol: string, currency: string, previous?: string, factor?: string): ExpectedQuote => ({
  ...fieldsAt([...path, 'meta'], symbol, currency, factor ? { factor } : {}),
  open: undefined,
  previousClose: previous ? [...path, 'meta', previous] : undefined,
});

const CHART: Path = ['chart', 'result', 0];

interface Days {
  factor?: string;
  without?: number[];
  splits?: Record<string, string>;
  dividends?: Record<string, string>;
}

const barsAt = (path: Path, symbol: string, currency: string, zone: string, more: Days): ExpectedBars => {
  const column = (name: string): Path => [...path, 'indicators', 'quote', 0, name];
  return {
    symbol,
    currency,
    rows: [...path, 'timestamp'],
    session: { at: [], as: 's', zone },
    columns: true,
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
    adjustedClose: [...path, 'indicators', 'adjclose', 0, 'adjclose'],
    ...more,
  };
};

/** A chart of days: its rows, and the quote in its meta. */
const days = (symbol: string, currency = 'USD', zone = 'America/New_York', more: Days = {}): ExpectedReading => ({
  quotes: [metaAt(CHART, symbol, currency, undefined, more.factor)],
  bars: [barsAt(CHART, symbol, currency, zone, more)],
});

const download = (symbol: string, without: number[] = []): ExpectedReading => ({
  bars: [
    {
      symbol,
      rows: [],
      session: { at: ['Date'], as: 'date' },
      open: ['Open'],
      high: ['High'],
      low: ['Low'],
      close: ['Close'],
      volume: ['Volume'],
      adjustedClose: ['Adj Close'],
      without,
    },
  ],
});

const session: ExpectedReading = { other: true };

export const recordings: RecordingsExpected = {
  folder: 'yahoo',
  expected: {
    '2021-historical-0P000071W8.TO-2020-01-01-to-2020-01-03.json': download('0P000071W8.TO'),
    '2021-historical-AAPL-2020-01-01-to-2020-01-03.json': download('AAPL'),
    '2021-historical-BEKE-2020-01-01-to-2020-01-03-400.json': { errors: [{ symbol: 'BEKE', kind: 'no_data' }] },
    '2021-historical-BTC-USD-2020-01-01-to-2020-01-03.json': download('BTC-USD'),
    '2021-quote-BEKE.json': quoted('BEKE'),
    '2021-quote-BTC-USD.json': quoted('BTC-USD'),
    '2021-quote-SIX.json': quoted('SIX', 'USD', {}, reports('SIX', '2021-02-24', 'before_open')),
    '2021-quote-UNIR.MI.json': quoted('UNIR.MI', 'EUR', {}, reports('UNIR.MI', '2021-05-06')),
    'chart-0P000071W8.TO-2020-01-01-to-2020-01-03.json': days('0P000071W8.TO', 'CAD', 'America/Toronto'),
    'chart-AAPL-1m-latest.json': { quotes: [metaAt(CHART, 'AAPL', 'USD', 'previousClose')] },
    'chart-AAPL-2020-01-01-to-2020-01-03.json': days('AAPL'),
    'chart-AAPL-2020-08-31-to-2020-11-07.json': days('AAPL', 'USD', 'America/New_York', {
      splits: { '2020-08-31': '4' },
      dividends: { '2020-11-06': '0.205' },
    }),
    'chart-AAPL-2025-02-01-to-2025-02-02-includePrePost-false-interval-1m.json': {
      quotes: [metaAt(CHART, 'AAPL', 'USD', 'previousClose')],
    },
    // Rows of months: only the quote counts.
    'chart-AAPL-dividends.json': { quotes: [metaAt(CHART, 'AAPL', 'USD')] },
    'chart-AAPL.json': days('AAPL'),
    'chart-ABBV-2020-01-01-to-2020-01-03.json': days('ABBV'),
    'chart-AFRAF-2020-01-01-to-2020-01-03.json': days('AFRAF'),
    'chart-ALL.AX.json': days('ALL.AX', 'AUD', 'Australia/Sydney'),
    'chart-BABA-2020-01-01-to-2020-01-03.json': days('BABA'),
    'chart-BEKE-2020-01-01-to-2020-01-03-400.json': { errors: [{ symbol: 'BEKE', kind: 'no_data' }] },
    'chart-BTC-USD-2020-01-01-to-2020-01-03.json': days('BTC-USD', 'USD', 'UTC'),
    'chart-CAPIO.ST-no-data.json': { errors: [{ symbol: 'CAPIO.ST', kind: 'no_data' }] },
    'chart-GC=F-2020-01-01-to-2020-01-03.json': days('GC=F'),
    'chart-GOOG-2020-01-01-to-2020-01-03.json': days('GOOG'),
    'chart-MUV2.DE-2025.json': days('MUV2.DE', 'EUR', 'Europe/Berlin'),
    'chart-MUV2.DE.json': days('MUV2.DE', 'EUR', 'Europe/Berlin', { without: [16] }),
    'chart-OCDO.L-2020-01-01-to-2020-01-03.json': days('OCDO.L', 'GBP', 'Europe/London', { factor: '0.01' }),
    'chart-QQQ-2020-01-01-to-2020-01-03.json': days('QQQ'),
    'chart-TSLA-recent.json': days('TSLA'),
    'chart-WSKT.JK-2020-01-01-to-2020-01-03.json': days('WSKT.JK', 'IDR', 'Asia/Jakarta'),
    'download-IBM-date-with-nulls.json': download('IBM', [1]),
    'error-401-invalid-crumb.json': { errors: [{ symbol: null, kind: 'bad_key' }] },
    'error-429-edge.json': { errors: [{ symbol: null, kind: 'rate_limited', retryAfterMs: null }] },
    'getCrumb-getcrumb.json': session,
    'getCrumb-quote-AAPL-collectConsent.html.json': session,
    'getCrumb-quote-AAPL-collectConsentSubmit-302.json': session,
    'getCrumb-quote-AAPL-consent-final-redirect.html-301.json': session,
    'getCrumb-quote-AAPL-consent.html-302.json': session,
    'getCrumb-quote-AAPL-copyConsent-302.json': session,
    'historical-via-chart-SI-2020-01-01-to-2020-01-03-404.json': { errors: [{ symbol: 'SI', kind: 'unknown_symbol' }] },
    'quote-0P000071W8.TO.json': quoted('0P000071W8.TO', 'CAD', { delayS: 900 }),
    'quote-AAPL.json': quoted('AAPL', 'USD', {}, reports('AAPL', '2025-04-30')),
    'quote-ABBV.json': quoted('ABBV', 'USD', {}, reports('ABBV', '2025-04-24')),
    'quote-ADH.json': { errors: [{ symbol: 'ADH', kind: 'no_data' }] },
    'quote-AFRAF.json': quoted('AFRAF', 'USD', {}, reports('AFRAF', '2025-03-06', 'before_open')),
    'quote-BABA.json': quoted('BABA', 'USD', {}, reports('BABA', '2025-02-20', 'before_open')),
    'quote-BEKE.json': quoted('BEKE', 'USD', {}, reports('BEKE', '2025-03-12')),
    'quote-BFLY.json': quoted('BFLY', 'USD', {}, reports('BFLY', '2025-02-26')),
    'quote-BRKS.json': { errors: [{ symbol: 'BRKS', kind: 'no_data' }] },
    'quote-BTC-USD.json': quoted('BTC-USD'),
    'quote-GC=F.json': quoted('GC=F', 'USD', { delayS: 600 }),
    'quote-GOOG.json': quoted('GOOG', 'USD', {}, reports('GOOG', '2025-04-23')),
    'quote-OCDO.L.json': quoted(
      'OCDO.L',
      'GBP',
      { delayS: 900, factor: '0.01' },
      reports('OCDO.L', '2025-01-14', 'before_open'),
    ),
    'quote-QQQ.json': quoted('QQQ'),
    'quote-SI.json': { errors: [{ symbol: 'SI', kind: 'no_data' }] },
    'quote-SOHO.json': quoted('SOHO', 'USD', {}, reports('SOHO', '2025-03-13', 'before_open')),
    'quote-WSKT.JK.json': quoted('WSKT.JK', 'IDR', { delayS: 600 }, reports('WSKT.JK', '2025-03-31')),
    'quote-ZRC-USD.json': quoted('ZRC-USD'),
    'quote-scheb-exchange-rate.json': quoted('EURUSD=X'),
    'quoteCombine-AAPL-NONEXIST.json': {
      quotes: [quoteAt(0, 'AAPL')],
      earnings: [reports('AAPL', '2022-04-26')],
      errors: [{ symbol: 'NONEXIST', kind: 'unknown_symbol' }],
    },
    'quoteCombine-AAPL-TSLA.json': {
      quotes: [quoteAt(0, 'AAPL'), quoteAt(1, 'TSLA')],
      earnings: [reports('AAPL', '2022-04-26'), reports('TSLA', '2022-04-25')],
    },
    'quoteSummary-summaryDetail-ADH-404.json': { errors: [{ symbol: 'ADH', kind: 'no_data' }] },
    'spark-MSFT-AAPL-5m-2026.json': {
      quotes: [
        metaAt(['spark', 'result', 0, 'response', 0], 'MSFT', 'USD', 'previousClose'),
        metaAt(['spark', 'result', 1, 'response', 0], 'AAPL', 'USD', 'previousClose'),
      ],
      errors: [{ symbol: 'NOTASYMBOL', kind: 'unknown_symbol' }],
    },
    'spark-TSLA.json': {
      quotes: [metaAt(['spark', 'result', 0, 'response', 0], 'TSLA', 'USD', 'chartPreviousClose')],
      // The running session comes twice: as its row and as a point at now.
      bars: [barsAt(['spark', 'result', 0, 'response', 0], 'TSLA', 'USD', 'America/New_York', { without: [0] })],
    },
  },
};
