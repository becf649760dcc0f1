import type { AssetClass, Bar, SessionDate } from '@freshet/market';
import type { Ask, Endpoint, HttpRequest, Provider } from '../provider.ts';
import { refusal } from '../wire/reading.ts';
import { parseJson, recordOf } from '../wire/wire-json.ts';
import { asTraded } from './as-traded.ts';
import { splitAfterBars } from './bars.ts';
import { readYahoo } from './read.ts';
import { USER_AGENT, yahooSession } from './session.ts';
import { isSameThere } from './symbols.ts';
import { simulatedChart, simulatedQuotes, yahooRefusals } from './simulated.ts';

const EVERYTHING: AssetClass[] = ['equity', 'etf', 'index', 'crypto', 'fx', 'commodity'];

/** Sessions begin up to 14 hours before midnight UTC of their date (Kiribati); New Zealand trades 13 hours ahead. */
const AHEAD_MS = 14 * 3_600_000;

function quoteRequest(ask: Ask): HttpRequest {
  const symbols = ask.symbols.map(encodeURIComponent).join(',');
  const crumb = ask.session?.crumb ? `&crumb=${encodeURIComponent(ask.session.crumb)}` : '';
  return { method: 'GET', path: `/v7/finance/quote?symbols=${symbols}${crumb}`, headers: headersOf(ask) };
}

function headersOf(ask: Ask): Record<string, string> {
  return {
    'user-agent': USER_AGENT,
    accept: 'application/json',
    ...(ask.session?.cookie ? { cookie: ask.session.cookie } : {}),
  };
}

const seconds = (moment: number) => String(Math.floor(moment / 1000));
const startOf = (session: SessionDate) => Date.parse(`${session}T00:00:00Z`);

const quote: Endpoint<'quote'> = {
  classes: EVERYTHING,
  // More than 99 are refused; 50 keeps the address short enough for every front end.
  batchMax: 50,
  batchBest: 50,
  cost: () => 1,
  accepts: isSameThere,
  request: quoteRequest,
  // Dates of reports come along, which saves the calls that would ask for them.
  read: (answer, ask) => ({ ...readYahoo(answer, ask.symbols), bars: [] }),
  simulated: simulatedQuotes,
};

const earnings: Endpoint<'earnings'> = {
  ...quote,
  classes: ['equity'],
  request: quoteRequest,
  read: (answer, ask) => {
    const read = readYahoo(answer, ask.symbols);
    const dated = new Set(read.earnings.map((one) => one.symbol));
    return {
      ...read,
      quotes: [],
      bars: [],
      errors: read.errors.filter((one) => !one.symbol || !dated.has(one.symbol)),
    };
  },
};

const bars: Endpoint<'bars'> = {
  classes: EVERYTHING,
  batchMax: 1,
  batchBest: 1,
  cost: () => 1,
  accepts: isSameThere,
  request: (ask) => {
    const [symbol = ''] = ask.symbols;
    const from = ask.from ? startOf(ask.from) - AHEAD_MS : 0;
    // Always up to now: later splits are in the prices, and only the way to today shows them all.
    const query = `interval=1d&period1=${seconds(from)}&period2=${seconds(ask.now.getTime() + AHEAD_MS)}`;
    const path = `/v8/finance/chart/${encodeURIComponent(symbol)}?${query}&events=div%7Csplit`;
    return { method: 'GET', path, headers: headersOf(ask) };
  },
  read: (answer, ask) => {
    const read = readYahoo(answer, ask.symbols);
    const wanted = asTraded(read.bars, laterSplit(answer.body, answer.receivedAt, read.bars)).filter(
      ({ session }) => (!ask.from || session >= ask.from) && (!ask.to || session <= ask.to),
    );
    if (wanted.length === 0 && read.errors.length === 0) {
      return refusal('no_data', 'no sessions in that time', { symbol: ask.symbols[0] ?? null });
    }
    return { ...read, quotes: [], earnings: [], bars: wanted };
  },
  simulated: simulatedChart,
};

/** Most charts tell of no split, and aren't read again for it. */
function laterSplit(body: string, receivedAt: Date, bars: readonly Bar[]): string | null {
  if (!body.includes('"splits"')) return null;
  const results = recordOf(recordOf(parseJson(body))?.chart)?.result;
  return Array.isArray(results) ? splitAfterBars(results[0], bars, receivedAt) : null;
}

/** Yahoo Finance, by the interface of its own pages: nothing is promised, everything is there. */
export const yahoo: Provider = {
  name: 'yahoo',
  title: 'Yahoo Finance',
  envPrefix: 'YAHOO',
  baseUrl: 'https://query2.finance.yahoo.com',
  key: 'none',
  state: 'on',
  notice: 'Unofficial interface, without a promise; for personal use.',
  // Nothing is published. Two a second and 2,000 an hour is what long-lived clients report as tolerated.
  limits: [
    { limit: 2, perSeconds: 1 },
    { limit: 2000, perSeconds: 3600 },
  ],
  concurrency: 4,
  // It never says when. Who asks again within half an hour is refused again, and for longer.
  coolDownMs: 30 * 60_000,
  serves: { quote, bars, earnings },
  session: yahooSession,
  readAny: readYahoo,
  simulatedRefusals: yahooRefusals,
};
