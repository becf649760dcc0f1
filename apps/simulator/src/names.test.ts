import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordingsDir } from '@freshet/testing';
import { type RunningSimulator, startSimulator } from './start.ts';

let simulator: RunningSimulator;
beforeAll(async () => {
  simulator = await startSimulator({ now: new Date('2026-11-18T17:00:00Z'), noLimits: true });
});
afterAll(() => simulator.close());

interface Told {
  status: number;
  body: unknown;
}

async function told(path: string): Promise<Told> {
  const answer = await fetch(`${simulator.url}${path}&apikey=k&token=k`);
  const body = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json');
  return { status: answer.status, body: isJson ? JSON.parse(body) : body };
}

const finnhub = (symbol: string) => `/finnhub/api/v1/quote?symbol=${symbol}`;
const fmp = (symbol: string) => `/fmp/stable/quote?symbol=${symbol}`;
const fmpDays = (symbol: string) => `/fmp/stable/historical-price-eod/full?symbol=${symbol}`;
const alphaVantage = (symbol: string, asked = 'GLOBAL_QUOTE') =>
  `/alphavantage/query?function=${asked}&symbol=${symbol}`;

const ZEROS = { c: 0, d: null, dp: null, h: 0, l: 0, o: 0, pc: 0, t: 0 };
const NO_ACCESS = { error: "You don't have access to this resource." };
const EMPTY_QUOTE = { 'Global Quote': {} };
const MISSING = 'Query Error: Invalid or missing query parameter - symbol';
const NOT_IN_PLAN =
  "Premium Query Parameter: 'Special Endpoint : This value set for 'symbol' is not available under your current subscription";
const invalid = (asked: string) => ({
  'Error Message': `Invalid API call. Please retry or visit the documentation (https://www.alphavantage.co/documentation/) for ${asked}.`,
});

/** Where a recording is named, the answer is the one of that recording. */
const JUDGED: [what: string, path: string, status: number, body: unknown, recording?: string][] = [
  ['Finnhub, of a name that nobody has', finnhub('ZZZZINVALID'), 200, ZEROS, 'finnhub/quote-unknown-symbol-zeros'],
  ["Finnhub, of a class of shares in Yahoo's spelling", finnhub('BRK-B'), 200, ZEROS],
  ['Finnhub, of a coin without its venue', finnhub('BTC-USD'), 200, ZEROS],
  ['Finnhub, of a listing in London', finnhub('VOD.L'), 403, NO_ACCESS],
  ['Finnhub, of a listing in Toronto', finnhub('RY.TO'), 403, NO_ACCESS],
  ['FMP, of a name that nobody has', fmp('ZZZZINVALID'), 200, []],
  ["FMP, of a coin in Yahoo's spelling", fmp('BTC-USD'), 200, []],
  ["FMP, of gold in Yahoo's spelling", fmp('GC=F'), 200, []],
  ['FMP, of a list, which the free plan does not take', fmp('AAPL,MSFT'), 200, []],
  ['FMP, of a call that names nothing', fmp(''), 400, MISSING],
  ['FMP, of days of nothing', fmpDays(''), 400, MISSING],
  ['FMP, of a listing in London', fmpDays('VOD.L'), 402, NOT_IN_PLAN, 'fmp/error-402-premium-symbol-plain-text'],
  [
    'Alpha Vantage, of a name that nobody has',
    alphaVantage('ZZZZINVALID'),
    200,
    EMPTY_QUOTE,
    'alphavantage/global-quote-unknown-symbol-empty',
  ],
  ["Alpha Vantage, of London in Yahoo's spelling", alphaVantage('VOD.L'), 200, EMPTY_QUOTE],
  ['Alpha Vantage, of a coin where it wants a ticker', alphaVantage('BTC-USD'), 200, EMPTY_QUOTE],
  ['Alpha Vantage, of an index', alphaVantage('^GSPC'), 200, EMPTY_QUOTE],
  ['Alpha Vantage, of a call that names nothing', alphaVantage(''), 200, invalid('GLOBAL_QUOTE')],
  [
    'Alpha Vantage, of the days of a name that nobody has',
    alphaVantage('ZZZZINVALID', 'TIME_SERIES_DAILY'),
    200,
    invalid('TIME_SERIES_DAILY'),
    'alphavantage/error-invalid-api-call',
  ],
];

test.each(JUDGED)('%s, says what the real one says', async (_what, path, status, body) => {
  const answer = await told(path);
  // The recorded text of FMP's 402 was cut by whoever kept it: ours goes on.
  if (body === NOT_IN_PLAN) expect([answer.status, String(answer.body).startsWith(NOT_IN_PLAN)]).toEqual([402, true]);
  else expect(answer).toEqual({ status, body });
});

test.each([finnhub('BRK.B'), finnhub('COINBASE:BTC-USD'), fmp('BRK-B'), fmp('BTCUSD'), fmp('GCUSD'), fmp('^GSPC')])(
  '%s, in its own spelling, is known',
  async (path) => {
    const { status, body } = await told(path);
    const quote = (Array.isArray(body) ? body[0] : body) as { c?: number; price?: number };
    expect([status, (quote.c ?? quote.price ?? 0) > 0]).toEqual([200, true]);
  },
);

test('what is said is what was recorded', () => {
  const dir = recordingsDir();
  for (const [, , status, body, recording] of dir ? JUDGED : []) {
    if (!recording) continue;
    const kept = JSON.parse(readFileSync(join(dir ?? '', `${recording}.json`), 'utf8')) as Told;
    expect([recording, kept.status, kept.body]).toEqual([recording, status, body]);
  }
});
