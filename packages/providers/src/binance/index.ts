import type { Endpoint, Provider } from '../provider.ts';
import { readBinance } from './read.ts';
import { binanceRefusals, simulatedKlines, simulatedTickers } from './simulated.ts';
import { binanceSymbol } from './symbols.ts';
import { tickerWeight } from './weight.ts';

const DAY_MS = 86_400_000;
const accepts = (symbol: string) => binanceSymbol(symbol) !== null;

const quote: Endpoint<'quote'> = {
  classes: ['crypto'],
  batchMax: 100,
  batchBest: 20,
  cost: tickerWeight,
  accepts,
  request: (ask) => {
    const names = JSON.stringify(ask.symbols.map((symbol) => binanceSymbol(symbol) ?? symbol));
    return { method: 'GET', path: `/api/v3/ticker/24hr?symbols=${encodeURIComponent(names)}` };
  },
  read: (answer, ask) => readBinance(answer, ask.symbols),
  simulated: simulatedTickers,
};

const bars: Endpoint<'bars'> = {
  classes: ['crypto'],
  batchMax: 1,
  batchBest: 1,
  cost: () => 2,
  accepts,
  // A call brings at most 1,000 klines.
  historyDays: 1000,
  request: (ask) => {
    const [symbol = ''] = ask.symbols;
    const query = new URLSearchParams({ symbol: binanceSymbol(symbol) ?? symbol, interval: '1d', limit: '1000' });
    if (ask.from) query.set('startTime', String(Date.parse(`${ask.from}T00:00:00Z`)));
    if (ask.to) query.set('endTime', String(Date.parse(`${ask.to}T00:00:00Z`) + DAY_MS - 1));
    return { method: 'GET', path: `/api/v3/klines?${query}` };
  },
  read: (answer, ask) => readBinance(answer, ask.symbols),
  simulated: simulatedKlines,
};

/** Binance's public market data: crypto pairs, without a key. */
export const binance: Provider = {
  name: 'binance',
  title: 'Binance',
  envPrefix: 'BINANCE',
  baseUrl: 'https://data-api.binance.vision',
  key: 'none',
  state: 'on',
  notice: 'Not served in some countries (HTTP 451); dollar pairs are quoted in USDT.',
  limits: [
    { limit: 6000, perSeconds: 60, counts: 'cost' },
    { limit: 300_000, perSeconds: 300 },
  ],
  concurrency: 8,
  serves: { quote, bars },
  marketName: binanceSymbol,
  readAny: readBinance,
  simulatedRefusals: binanceRefusals,
};
