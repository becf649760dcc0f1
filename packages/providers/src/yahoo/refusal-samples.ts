import type { Sample } from '../conformance/expected.ts';

/** How Yahoo says no: by a status, by a number of its own, in the envelope of an error, or in words with the status of success. */
export const refusals: Sample[] = [
  {
    name: 'the limit, as plain text that promises a time in a header',
    url: 'https://query1.finance.yahoo.com/v7/finance/quote?symbols=AAPL',
    status: 429,
    headers: { 'retry-after': '30' },
    body: 'Too Many Requests\r\n',
    expected: { errors: [{ symbol: null, kind: 'rate_limited', retryAfterMs: 30_000 }] },
  },
  {
    name: 'the limit, by the number that is Yahoo’s own',
    url: 'https://query1.finance.yahoo.com/v7/finance/quote?symbols=AAPL',
    status: 999,
    body: '<html><body>Sorry, Unable to process request at this time -- error 999.</body></html>',
    expected: { errors: [{ symbol: null, kind: 'rate_limited' }] },
  },
  {
    name: 'the limit, in the envelope of an error and with the status of success',
    url: 'https://query1.finance.yahoo.com/v7/finance/quote?symbols=AAPL',
    headers: { 'retry-after': '60' },
    body: JSON.stringify({
      finance: { result: null, error: { code: 'Too Many Requests', description: 'Rate limit exceeded' } },
    }),
    expected: { errors: [{ symbol: null, kind: 'rate_limited', retryAfterMs: 60_000 }] },
  },
  {
    name: 'a refusal of the edge, as one line of success',
    url: 'https://query1.finance.yahoo.com/v8/finance/chart/AAPL?interval=1d',
    body: 'Edge: Request Denied',
    expected: { errors: [{ symbol: null, kind: 'rate_limited' }] },
  },
  {
    name: 'a crumb of another session',
    url: 'https://query1.finance.yahoo.com/v7/finance/quote?symbols=AAPL&crumb=old',
    status: 401,
    body: JSON.stringify({
      finance: { result: null, error: { code: 'Unauthorized', description: 'Invalid Crumb' } },
    }),
    expected: { errors: [{ symbol: null, kind: 'bad_key' }] },
  },
  {
    name: 'a session that is gone, by the status alone',
    url: 'https://query1.finance.yahoo.com/v7/finance/quote?symbols=AAPL&crumb=old',
    status: 401,
    body: '',
    expected: { errors: [{ symbol: null, kind: 'bad_key' }] },
  },
  {
    name: 'a page that asks for consent where quotes were asked for',
    url: 'https://query1.finance.yahoo.com/v7/finance/quote?symbols=AAPL',
    body: '<!DOCTYPE html><html><form action="https://consent.yahoo.com/v2/collectConsent"></form></html>',
    expected: { errors: [{ symbol: null, kind: 'bad_key' }] },
  },
  {
    name: 'a block of the network, which is no plan',
    url: 'https://query1.finance.yahoo.com/v7/finance/quote?symbols=AAPL',
    status: 403,
    body: 'Forbidden',
    expected: { errors: [{ symbol: null, kind: 'unavailable' }] },
  },
  {
    name: 'a failure of theirs in the envelope of an error',
    url: 'https://query1.finance.yahoo.com/v8/finance/chart/AAPL?interval=1d',
    body: JSON.stringify({
      chart: { result: null, error: { code: 'internal-error', description: 'Internal Server Error' } },
    }),
    expected: { errors: [{ symbol: null, kind: 'unavailable' }] },
  },
  {
    name: 'a symbol that is listed no more, in the envelope of an error',
    url: 'https://query1.finance.yahoo.com/v8/finance/chart/GONE?interval=1d',
    status: 404,
    body: JSON.stringify({
      chart: { result: null, error: { code: 'Not Found', description: 'No data found, symbol may be delisted' } },
    }),
    expected: { errors: [{ symbol: 'GONE', kind: 'unknown_symbol' }] },
  },
  {
    name: 'a quote without its currency',
    url: 'https://query2.finance.yahoo.com/v7/finance/quote?symbols=TST.L',
    body: JSON.stringify({
      quoteResponse: {
        result: [{ symbol: 'TST.L', quoteType: 'EQUITY', regularMarketPrice: 308.8, regularMarketTime: 1767630600 }],
        error: null,
      },
    }),
    expected: { errors: [{ symbol: 'TST.L', kind: 'malformed' }] },
  },
];
