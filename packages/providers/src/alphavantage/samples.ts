import type { Sample } from '../conformance/expected.ts';

const query = (search: string) => `https://www.alphavantage.co/query?${search}`;
const at = (name: string) => ['Global Quote', name];
const RECEIVED = '2026-03-04T16:00:00Z';

export const samples: Sample[] = [
  {
    name: 'a London price in pence, of a session that is not over',
    url: query('function=GLOBAL_QUOTE&symbol=VOD.LON'),
    body: JSON.stringify({
      'Global Quote': {
        '01. symbol': 'VOD.LON',
        '05. price': '71.2300',
        '06. volume': '42',
        '07. latest trading day': '2026-03-04',
        '08. previous close': '0',
      },
    }),
    receivedAt: RECEIVED,
    expected: {
      quotes: [
        {
          symbol: 'VOD.L',
          currency: 'GBP',
          price: at('05. price'),
          volume: at('06. volume'),
          time: { iso: '2026-03-04T00:00:00Z' },
          session: '2026-03-04',
          delayS: 86_400,
          factor: '0.01',
        },
      ],
    },
  },
  {
    name: 'a dividend and a split',
    url: query('function=TIME_SERIES_DAILY_ADJUSTED&symbol=TST'),
    body: JSON.stringify({
      'Meta Data': { '2. Symbol': 'TST' },
      'Time Series (Daily)': {
        '2026-03-03': {
          '4. close': '10.00',
          '5. adjusted close': '10.00',
          '7. dividend amount': '0.2500',
          '8. split coefficient': '2.0',
        },
        '2026-03-02': {
          '4. close': '20.00',
          '5. adjusted close': '9.75',
          '7. dividend amount': '0.0000',
          '8. split coefficient': '1.0',
        },
        '2026-02-27': { '4. close': '0.00' },
      },
    }),
    expected: {
      bars: [
        {
          symbol: 'TST',
          currency: 'USD',
          rows: ['Time Series (Daily)'],
          session: { at: 'key', as: 'date' },
          close: ['4. close'],
          adjustedClose: ['5. adjusted close'],
          dividends: { '2026-03-03': '0.25' },
          splits: { '2026-03-03': '2' },
          without: [2],
        },
      ],
    },
  },
  {
    name: 'the days of a coin in the form of 2018, in its own market and in dollars',
    url: query('function=DIGITAL_CURRENCY_DAILY&symbol=BTC&market=CNY'),
    body: JSON.stringify({
      'Meta Data': { '2. Digital Currency Code': 'BTC', '4. Market Code': 'CNY' },
      'Time Series (Digital Currency Daily)': {
        '2018-01-02': {
          '1a. open (CNY)': '90000.5',
          '1b. open (USD)': '13850',
          '4a. close (CNY)': '95000.25',
          '4b. close (USD)': '14600',
          '5. volume': '12.5',
        },
      },
    }),
    expected: {
      bars: [
        {
          symbol: 'BTC-CNY',
          currency: 'CNY',
          rows: ['Time Series (Digital Currency Daily)'],
          session: { at: 'key', as: 'date' },
          open: ['1a. open (CNY)'],
          close: ['4a. close (CNY)'],
          volume: ['5. volume'],
        },
      ],
    },
  },
  {
    name: 'days as CSV',
    url: query('function=TIME_SERIES_DAILY&symbol=TST&datatype=csv'),
    body: 'timestamp,open,high,low,close,volume\r\n2026-03-03,9.5,10.5,9,10.25,1000\r\n',
    expected: {
      bars: [
        {
          symbol: 'TST',
          currency: 'USD',
          rows: [],
          session: { at: ['timestamp'], as: 'date' },
          open: ['open'],
          high: ['high'],
          low: ['low'],
          close: ['close'],
          volume: ['volume'],
        },
      ],
    },
  },
  {
    name: 'reports to come',
    url: query('function=EARNINGS_CALENDAR&symbol=TST&horizon=12month'),
    body: 'symbol,name,reportDate,fiscalDateEnding,estimate,currency,timeOfTheDay\nTST,Tester,2026-04-30,2026-03-31,1.2,USD,pre-market\nTST,Tester,2026-07-30,2026-06-30,,USD,\n',
    expected: {
      earnings: [
        { symbol: 'TST', date: '2026-04-30', when: 'before_open' },
        { symbol: 'TST', date: '2026-07-30', when: 'unknown' },
      ],
    },
  },
  {
    name: 'the old words of the minute and the day, under Note',
    url: query('function=GLOBAL_QUOTE&symbol=TST'),
    body: '{"Note":"Thank you for using Alpha Vantage! Our standard API call frequency is 5 calls per minute and 500 calls per day."}',
    receivedAt: '2026-03-04T16:00:45Z',
    expected: { errors: [{ symbol: null, kind: 'rate_limited', retryAfterMs: 15_000 }] },
  },
  {
    name: 'a day that is spent, until midnight in New York',
    url: query('function=GLOBAL_QUOTE&symbol=TST'),
    body: '{"Information":"We have detected your API key as XYZ and our standard API rate limit is 25 requests per day."}',
    receivedAt: RECEIVED,
    expected: { errors: [{ symbol: null, kind: 'quota_spent', retryAfterMs: 13 * 3_600_000 }] },
  },
  {
    name: 'a function of paid plans',
    url: query('function=TIME_SERIES_DAILY_ADJUSTED&symbol=TST'),
    body: '{"Information":"Thank you for using Alpha Vantage! This is a premium endpoint."}',
    expected: { errors: [{ symbol: 'TST', kind: 'plan_forbids' }] },
  },
  {
    name: 'weeks',
    url: query('function=TIME_SERIES_WEEKLY&symbol=TST'),
    body: '{"Meta Data":{},"Weekly Time Series":{"2026-02-27":{"4. close":"1"}}}',
    expected: { other: true },
  },
  {
    name: 'a burst, whose sentence also names the day',
    url: query('function=GLOBAL_QUOTE&symbol=TST'),
    body: '{"Information":"Thank you for using Alpha Vantage! Please consider spreading out your free API requests more sparingly (1 request per second). Our rate limit is 25 requests per day."}',
    expected: { errors: [{ symbol: null, kind: 'rate_limited', retryAfterMs: 1000 }] },
  },
  {
    name: 'the key of the documentation, which is for it alone',
    url: query('function=GLOBAL_QUOTE&symbol=TST'),
    body: '{"Information":"The **demo** API key is for demo purposes only."}',
    expected: { errors: [{ symbol: null, kind: 'bad_key' }] },
  },
  {
    name: 'a form of the answer that is for paid plans',
    url: query('function=TIME_SERIES_DAILY&symbol=TST&outputsize=full'),
    body: '{"Information":"Thank you for using Alpha Vantage! The outputsize=full parameter value is a premium feature for the TIME_SERIES_DAILY endpoint."}',
    expected: { errors: [{ symbol: 'TST', kind: 'plan_forbids' }] },
  },
  {
    name: 'a sentence that nobody has seen before',
    url: query('function=GLOBAL_QUOTE&symbol=TST'),
    body: '{"Information":"We are having some difficulty today."}',
    expected: { errors: [{ symbol: null, kind: 'unavailable' }] },
  },
];
