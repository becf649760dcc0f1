import type { MarketSymbol } from '@freshet/market';
import type { ProviderErrorKind } from '@freshet/contracts';
import type { Learned } from './provider.ts';
import { PROVIDERS } from './registry.ts';

/** Refusals that neither a sample nor a recording holds, each read by its provider's adapter. */
interface Refused {
  url?: string;
  status?: number;
  headers?: Record<string, string>;
  /** An object stands for its JSON. */
  body: string | object;
  kind: ProviderErrorKind | null;
  symbol?: MarketSymbol | null;
  retryAfterMs?: number | null;
  learned?: Learned[];
}

/** Twenty seconds into a minute, on a winter day. */
const RECEIVED = new Date('2026-01-05T12:00:20Z');
const HOUR_MS = 3_600_000;
const PAGE = '<!DOCTYPE html><html><head><title>Sorry</title></head><body>Too busy</body></html>';

const REFUSED: Record<string, { url: string; refused: Record<string, Refused> }> = {
  alphavantage: {
    url: 'https://www.alphavantage.co/query?function=GLOBAL_QUOTE&symbol=AAPL',
    refused: {
      'too many calls in a minute, in the old words': {
        body: { Note: 'Please contact us if you would like to target a higher API call volume.' },
        ...{ kind: 'rate_limited', symbol: null, retryAfterMs: 40_000 },
      },
      'a day that is spent, in fewer words, until midnight in New York': {
        body: { Note: 'You have reached your daily rate limit.', Information: 'See the pricing page.' },
        ...{ kind: 'quota_spent', symbol: null, retryAfterMs: 16 * HOUR_MS + 59 * 60_000 + 40_000 },
      },
      'a day that is spent, beside a note that says nothing': {
        body: { Note: 'Thank you for using Alpha Vantage!', Information: 'Our rate limit is 25 requests per day.' },
        ...{ kind: 'quota_spent', symbol: null },
      },
      'a limit before a wrong call, which says nothing of the symbol': {
        body: { 'Error Message': 'Invalid API call.', Note: 'Our API call frequency is 5 calls per minute.' },
        ...{ kind: 'rate_limited', symbol: null },
      },
      'a limit beside what the data would have been of': {
        body: { 'Meta Data': { '2. Symbol': 'AAPL' }, Note: 'Our API call frequency is 5 calls per minute.' },
        ...{ kind: 'rate_limited', symbol: null },
      },
      'a price, whatever is said beside it': {
        body: {
          'Global Quote': { '01. symbol': 'AAPL', '05. price': '190.1' },
          Information: 'This is a premium feature.',
        },
        kind: null,
      },
      'a symbol without data': {
        body: { 'Error Message': 'No data for this symbol.' },
        ...{ kind: 'unknown_symbol', symbol: 'AAPL' },
      },
      'an endpoint that the key has no right to': {
        body: { Information: 'You are not entitled to this function.' },
        ...{ kind: 'plan_forbids', symbol: 'AAPL' },
      },
      'a gateway that says no more than its status': {
        status: 403,
        body: { message: 'Forbidden' },
        ...{ kind: 'plan_forbids', symbol: 'AAPL' },
      },
    },
  },
  binance: {
    url: 'https://api.binance.com/api/v3/ticker/24hr?symbol=BTCUSDT',
    refused: {
      'a page where the endpoint was': { status: 404, body: PAGE, kind: 'malformed', symbol: null },
      'too many orders, by its number alone': { status: 400, body: { code: -1034, msg: '' }, kind: 'rate_limited' },
      'a place that it does not serve, by the status alone': {
        status: 451,
        body: { code: 0, msg: 'Unavailable' },
        kind: 'unavailable',
      },
      'a signature that does not fit the key': {
        status: 400,
        body: { code: -1022, msg: 'Signature' },
        kind: 'bad_key',
      },
      'a header that says when, whatever the text says': {
        status: 429,
        headers: { 'retry-after': '7' },
        body: { code: -1003, msg: 'Too many requests; try again after 120 seconds.' },
        ...{ kind: 'rate_limited', symbol: null, retryAfterMs: 7_000 },
      },
      'minutes in the text': {
        status: 429,
        body: { code: -1003, msg: 'Too many requests; try again in 2 minutes.' },
        ...{ kind: 'rate_limited', symbol: null, retryAfterMs: 120_000 },
      },
      'a moment in UTC, by the clock of the answer': {
        status: 418,
        headers: { date: 'Mon, 05 Jan 2026 12:00:10 GMT' },
        body: { code: -1003, msg: 'IP banned until 2026-01-05 12:01:10 UTC.' },
        ...{ kind: 'rate_limited', symbol: null, retryAfterMs: 60_000 },
      },
      'the weight under the old name of its header': {
        status: 429,
        headers: { 'x-mbx-used-weight': '6001' },
        body: { code: -1003, msg: 'Too much request weight used.' },
        ...{ kind: 'rate_limited', symbol: null, learned: [{ perSeconds: 60, used: 6001 }] },
      },
    },
  },
  coingecko: {
    url: 'https://api.coingecko.com/api/v3/coins/bitcoin?localization=false',
    refused: {
      'a key that is missing, by the status alone': { status: 401, body: {}, kind: 'bad_key', symbol: null },
      'more history than the plan has, by its number': {
        status: 401,
        body: { error: { status: { error_code: 10012, error_message: 'Your request is outside of your plan.' } } },
        ...{ kind: 'plan_forbids', symbol: null },
      },
      'the same in words alone': {
        status: 400,
        body: { error: 'Your request exceeds the allowed time range.' },
        ...{ kind: 'plan_forbids', symbol: null },
      },
      'a month that is spent': {
        status: 429,
        headers: { 'retry-after': '30' },
        body: { status: { error_code: 429, error_message: 'You have reached your monthly credit limit.' } },
        ...{ kind: 'quota_spent', symbol: null, retryAfterMs: 30_000 },
      },
      'one word with status 200': {
        headers: { 'retry-after': '12' },
        body: 'Throttled',
        ...{ kind: 'rate_limited', symbol: null, retryAfterMs: 12_000 },
      },
      'a number that nobody knows, beside a status that says it': {
        status: 403,
        body: { status: { error_code: 77_777, error_message: 'No.' } },
        ...{ kind: 'plan_forbids', symbol: null },
      },
    },
  },
  cryptocompare: {
    url: 'https://min-api.cryptocompare.com/data/pricemultifull?fsyms=BTC&tsyms=USD',
    refused: {
      'a month that is spent, until the next one': {
        body: {
          Response: 'Error',
          Message: 'You are over your rate limit.',
          Type: 99,
          RateLimit: {
            calls_made: { second: 1, minute: 2, day: 5_000, month: 100_001 },
            max_calls: { second: 1, minute: 1, day: 5_000, month: 100_000 },
          },
        },
        ...{ kind: 'quota_spent', symbol: null },
        retryAfterMs: Date.parse('2026-02-01T00:00:00Z') - RECEIVED.getTime(),
      },
      'a minute that is full, while the day has come to its limit and not over it': {
        body: {
          Response: 'Error',
          Message: 'Slow down.',
          Type: 99,
          RateLimit: { calls_made: { minute: 301, day: 5_000 }, max_calls: { minute: 300, day: 5_000 } },
        },
        ...{ kind: 'rate_limited', symbol: null, retryAfterMs: 40_000 },
      },
      'a minute that is full, beside a month without a limit': {
        body: {
          Response: 'Error',
          Message: 'Slow down.',
          Type: 99,
          RateLimit: { calls_made: { minute: 301, month: 9_000 }, max_calls: { minute: 300, month: null } },
        },
        ...{ kind: 'rate_limited', symbol: null, retryAfterMs: 40_000 },
        learned: [{ perSeconds: 60, limit: 300, used: 301 }],
      },
      'the newer form of an error': {
        body: { Data: {}, Err: { type: 1, message: 'There is no data for this coin.' } },
        ...{ kind: 'no_data', symbol: 'BTC-USD' },
      },
      'trouble of its own': {
        body: { Response: 'Error', Message: 'Internal error, please try again.', Type: 1 },
        ...{ kind: 'unavailable', symbol: null },
      },
    },
  },
  finnhub: {
    url: 'https://finnhub.io/api/v1/quote?symbol=AAPL',
    refused: {
      'a limit in other words than usual': {
        status: 429,
        body: 'Slow down',
        kind: 'rate_limited',
        retryAfterMs: 60_000,
      },
      'a reset that is over by now': {
        status: 429,
        headers: { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '-1', 'x-ratelimit-reset': '1767614400' },
        body: { error: 'API limit reached.' },
        ...{ kind: 'rate_limited', symbol: null, retryAfterMs: 0 },
        learned: [{ perSeconds: 60, limit: 60, remaining: undefined, resetsAt: new Date(1_767_614_400_000) }],
      },
      'an outage that names the word symbol': { status: 500, body: { error: 'symbol service' }, kind: 'unavailable' },
      'a good answer, which tells the counters too': {
        headers: { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '41' },
        body: { c: 190, h: 191, l: 189, o: 190, pc: 189.5, t: 1_767_614_400 },
        kind: null,
        learned: [{ perSeconds: 60, limit: 60, remaining: 41, resetsAt: undefined }],
      },
    },
  },
  finviz: {
    url: 'https://finviz.com/quote.ashx?t=AAPL',
    refused: {
      'its limit, on a page': { status: 429, body: PAGE, kind: 'rate_limited', symbol: null, retryAfterMs: 60_000 },
      'a block': { status: 403, body: PAGE, kind: 'rate_limited', symbol: null, retryAfterMs: HOUR_MS / 2 },
      'the challenge of its shield': {
        status: 503,
        body: '<html><head><title>finviz.com</title></head><body>Performance by Cloudflare</body></html>',
        ...{ kind: 'rate_limited', symbol: null, retryAfterMs: HOUR_MS / 2 },
      },
    },
  },
  fmp: {
    url: 'https://financialmodelingprep.com/stable/quote?symbol=AAPL',
    refused: {
      'a day that is spent, in words of nothing': {
        status: 429,
        body: { 'Error Message': 'Please come back tomorrow.' },
        ...{ kind: 'quota_spent', symbol: null },
        retryAfterMs: Date.parse('2026-01-06T00:00:00Z') - RECEIVED.getTime(),
      },
      'a 429 without a word, of which nobody knows for how long': { status: 429, body: '', kind: 'rate_limited' },
      'a header that says when': {
        status: 429,
        headers: { 'retry-after': '90' },
        body: { 'Error Message': 'Limit Reach.' },
        ...{ kind: 'quota_spent', symbol: null, retryAfterMs: 90_000 },
      },
      'a reason under another name': {
        status: 401,
        body: { error: 'Invalid API KEY.' },
        kind: 'bad_key',
        symbol: null,
      },
      'an outage in the words of an unknown symbol': {
        status: 500,
        body: { error: 'Backend not found' },
        ...{ kind: 'unavailable', symbol: null },
      },
      'a page of an outage that speaks of upgrading': {
        status: 502,
        body: '<html><body>We are about to upgrade our servers.</body></html>',
        ...{ kind: 'unavailable', symbol: null },
      },
    },
  },
  iex: {
    url: 'https://cloud.iexapis.com/stable/stock/AAPL/quote',
    refused: {
      'messages that are spent, until the next month': {
        status: 402,
        body: 'You have exceeded your allotted message quota.',
        ...{ kind: 'quota_spent', symbol: null },
        retryAfterMs: Date.parse('2026-02-01T00:00:00Z') - RECEIVED.getTime(),
      },
      'too many at once': { status: 429, body: 'Too many requests', kind: 'rate_limited', retryAfterMs: 1_000 },
      'a dearer tier': { status: 400, body: 'Available to the Scale tier.', kind: 'plan_forbids', symbol: 'AAPL' },
    },
  },
  polygon: {
    url: 'https://api.massive.com/v2/aggs/ticker/AAPL/prev',
    refused: {
      'a header that says when': {
        status: 429,
        headers: { 'retry-after': '5' },
        body: { status: 'ERROR', error: 'You have exceeded the maximum requests per minute.' },
        ...{ kind: 'rate_limited', symbol: null, retryAfterMs: 5_000 },
      },
      'a limit without a word of it': { status: 429, body: { status: 'ERROR' }, kind: 'rate_limited', symbol: null },
      'a plan, by the status word alone': {
        status: 200,
        body: { status: 'NOT_AUTHORIZED', request_id: 'x' },
        ...{ kind: 'plan_forbids', symbol: 'AAPL' },
      },
      'an unknown ticker, by the status word alone': {
        status: 200,
        body: { status: 'NOT_FOUND', request_id: 'x' },
        ...{ kind: 'unknown_symbol', symbol: 'AAPL' },
      },
      'a sentence with status 200 and no results': {
        body: { status: 'OK', message: 'Please upgrade your plan.' },
        ...{ kind: 'plan_forbids', symbol: 'AAPL' },
      },
    },
  },
  twelvedata: {
    url: 'https://api.twelvedata.com/quote?symbol=AAPL',
    refused: {
      'a header that says when': {
        status: 429,
        headers: { 'retry-after': '9' },
        body: { code: 429, message: 'Slow down.', status: 'error' },
        ...{ kind: 'rate_limited', symbol: null, retryAfterMs: 9_000 },
      },
      'a day that is spent, with its counters': {
        body: {
          code: 429,
          message:
            'You have run out of API credits for the day. 801 API credits were used, with the current limit being 800.',
          status: 'error',
        },
        ...{ kind: 'quota_spent', symbol: null },
        learned: [{ perSeconds: 86_400, limit: 800, used: 801, remaining: 0 }],
      },
      'a key that is refused without a reason': {
        status: 401,
        body: { code: 401, message: 'No.', status: 'error' },
        kind: 'bad_key',
      },
      'a plan, by its number alone': {
        body: { code: 403, message: 'Forbidden', status: 'error' },
        ...{ kind: 'plan_forbids', symbol: 'AAPL' },
      },
      'an outage that names the word symbol': {
        body: { code: 500, message: 'The symbol service is down.', status: 'error' },
        ...{ kind: 'unavailable', symbol: null },
      },
      'the counters in the headers': {
        headers: { 'api-credits-used': '3', 'api-credits-left': '5' },
        body: { code: 400, message: 'Bad interval.', status: 'error' },
        ...{ kind: 'malformed', learned: [{ perSeconds: 60, remaining: 5, used: 3, limit: 8 }] },
      },
    },
  },
  yahoo: {
    url: 'https://query1.finance.yahoo.com/v7/finance/quote?symbols=AAPL',
    refused: {
      'a long page that happens to speak of a rate limit': {
        status: 502,
        body: `Bad gateway. ${'See the rate limit of our mirrors. '.repeat(100)}`,
        ...{ kind: 'unavailable', symbol: null },
      },
      'a session that is over, by the status alone': { status: 401, body: '', kind: 'bad_key', symbol: null },
      'a way to the page of consent': {
        status: 302,
        headers: { location: 'https://guce.yahoo.com/consent?brandType=nonEu' },
        body: '',
        ...{ kind: 'bad_key', symbol: null },
      },
      'a page of an outage that links to the consent': {
        status: 503,
        body: '<html><body>Down. <a href="https://legal.example/consent">consent</a></body></html>',
        ...{ kind: 'unavailable', symbol: null },
      },
      'an outage in its own envelope': {
        status: 500,
        body: { quoteResponse: { result: null, error: { code: 'Oops', description: 'Something broke' } } },
        ...{ kind: 'unavailable', symbol: null },
      },
    },
  },
};

test('every provider has some', () => {
  expect(Object.keys(REFUSED).sort()).toEqual(PROVIDERS.map(({ name }) => name).sort());
});

describe.each(Object.entries(REFUSED))('%s understands', (name, { url, refused }) => {
  test.each(Object.entries(refused))('%s', (_what, { status = 200, headers = {}, body, ...expected }) => {
    const provider = PROVIDERS.find((one) => one.name === name);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const read = provider?.readAny({ url, status, headers, body: text, receivedAt: RECEIVED });
    const { kind, learned, ...error } = expected;
    if (kind) expect(read?.errors).toEqual([expect.objectContaining({ kind, ...error })]);
    else expect(read?.errors).toEqual([]);
    if (learned) expect(read?.learned).toEqual(learned);
  });
});
