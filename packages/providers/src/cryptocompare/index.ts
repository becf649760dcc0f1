import type { Ask, Endpoint, Provider } from '../provider.ts';
import { readCryptocompare } from './read.ts';
import { cryptocompareRefusals, simulatedDays, simulatedPrices } from './simulated.ts';
import { coinPair } from './symbols.ts';

const accepts = (symbol: string) => coinPair(symbol) !== null;
const DAY_MS = 86_400_000;
/** Rows that one call brings at most, less the running day. */
const MOST_DAYS = 2000;

const headersOf = (ask: Ask): Record<string, string> => ({
  accept: 'application/json',
  ...(ask.key ? { authorization: `Apikey ${ask.key}` } : {}),
});

const quote: Endpoint<'quote'> = {
  classes: ['crypto'],
  // `fsyms` takes 300 characters: forty tickers, commas included.
  batchMax: 40,
  batchBest: 40,
  cost: () => 1,
  accepts,
  request: (ask) => {
    const pairs = ask.symbols.map(coinPair).filter((pair) => pair !== null);
    const list = (of: 'fsym' | 'tsym') => [...new Set(pairs.map((pair) => encodeURIComponent(pair[of])))].join(',');
    const path = `/data/pricemultifull?fsyms=${list('fsym')}&tsyms=${list('tsym')}`;
    return { method: 'GET', path, headers: headersOf(ask) };
  },
  read: (answer, ask) => readCryptocompare(answer, ask.symbols),
  simulated: simulatedPrices,
};

const bars: Endpoint<'bars'> = {
  classes: ['crypto'],
  batchMax: 1,
  batchBest: 1,
  cost: () => 1,
  accepts,
  historyDays: MOST_DAYS,
  request: (ask) => {
    const { fsym, tsym } = coinPair(ask.symbols[0] ?? '') ?? { fsym: ask.symbols[0] ?? '', tsym: 'USD' };
    const now = ask.now.getTime();
    const until = ask.to ? Math.min(Date.parse(`${ask.to}T00:00:00Z`) + DAY_MS - 1, now) : now;
    const from = ask.from ? Date.parse(`${ask.from}T00:00:00Z`) : until - MOST_DAYS * DAY_MS;
    const days = Math.min(MOST_DAYS, Math.max(1, Math.ceil((until - from) / DAY_MS)));
    const query = new URLSearchParams({ fsym, tsym, limit: String(days), toTs: String(Math.floor(until / 1000)) });
    return { method: 'GET', path: `/data/v2/histoday?${query}`, headers: headersOf(ask) };
  },
  read: (answer, ask) => {
    const read = readCryptocompare(answer, ask.symbols);
    const within = read.bars.filter(
      (bar) => (!ask.from || bar.session >= ask.from) && (!ask.to || bar.session <= ask.to),
    );
    return { ...read, bars: within };
  },
  simulated: simulatedDays,
};

/** CryptoCompare, now CoinDesk Data: coins, with a paid key. */
export const cryptocompare: Provider = {
  name: 'cryptocompare',
  title: 'CryptoCompare',
  envPrefix: 'CRYPTOCOMPARE',
  baseUrl: 'https://min-api.cryptocompare.com',
  key: 'required',
  state: 'on',
  notice: 'Needs a paid key since its free tier was retired on 2026-05-21.',
  // The smallest windows that its own answers tell; set CRYPTOCOMPARE_LIMITS to those of your plan.
  limits: [
    { limit: 20, perSeconds: 1 },
    { limit: 300, perSeconds: 60 },
    { limit: 3000, perSeconds: 3600 },
    { limit: 10_000, perSeconds: 86_400 },
    { limit: 75_000, perSeconds: 30 * 86_400 },
  ],
  concurrency: 4,
  serves: { quote, bars },
  readAny: readCryptocompare,
  simulatedRefusals: cryptocompareRefusals,
};
