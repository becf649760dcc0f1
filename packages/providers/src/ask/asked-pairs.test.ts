import type { DataKind } from '@freshet/contracts';
import type { MarketSymbol } from '@freshet/market';
import type { Endpoint } from '../provider.ts';
import { askFor, market, SESSIONS, sameBar, sameQuote, simulate } from '../conformance/round-trip.ts';
import { providerNamed } from '../registry.ts';

/** The conformance suite asks each endpoint for as many symbols as a call takes: of most, one share. Here are the others. */
const QUOTES: [provider: string, symbols: MarketSymbol[]][] = [
  ['finnhub', ['BTC-USD']],
  ['alphavantage', ['EURUSD=X']],
  ['alphavantage', ['JPY=X']],
  ['alphavantage', ['BTC-USD']],
  ['alphavantage', ['VOD.L']],
  ['fmp', ['EURUSD=X']],
  ['fmp', ['DOGE-USD']],
  ['fmp', ['GC=F']],
  ['fmp', ['VOD.L']],
  ['fmp', ['^GSPC']],
  ['twelvedata', ['JPY=X']],
  ['twelvedata', ['BRK-B', 'BTC-USD', 'EURUSD=X']],
  ['iex', ['BRK-B']],
];

test.each(QUOTES)('%s is asked for the price of %j, and gives what the market told', (name, symbols) => {
  const provider = providerNamed(name);
  const endpoint = provider?.serves.quote;
  if (!provider || !endpoint) throw new Error(`${name} serves no quotes`);
  const ask = askFor('quote', symbols);
  const read = endpoint.read(simulate(provider, endpoint, ask), ask);
  expect(read.errors).toEqual([]);
  expect(read.quotes.map((quote) => quote.symbol)).toEqual(symbols);
  for (const quote of read.quotes) {
    const told = market.quote(quote.symbol);
    if (!told) throw new Error(`the market knows ${quote.symbol}`);
    sameQuote(quote, told);
    expect(quote.currency).toBe(told.currency);
  }
});

const BARS: [provider: string, symbol: MarketSymbol][] = [
  ['alphavantage', 'JPY=X'],
  ['alphavantage', 'BTC-USD'],
  ['alphavantage', 'VOD.L'],
  ['fmp', 'BTC-USD'],
  ['fmp', 'GC=F'],
  ['fmp', 'VOD.L'],
  ['twelvedata', 'EURUSD=X'],
  ['polygon', 'JPY=X'],
  ['polygon', 'BTC-USD'],
  ['polygon', '^GSPC'],
];

test.each(BARS)('%s is asked for the days of %s, and gives what the market told', (name, symbol) => {
  const provider = providerNamed(name);
  const endpoint = provider?.serves.bars;
  if (!provider || !endpoint) throw new Error(`${name} serves no bars`);
  const ask = askFor('bars', [symbol]);
  const read = endpoint.read(simulate(provider, endpoint, ask), ask);
  const told = market.bars(symbol, SESSIONS[0] ?? '', SESSIONS.at(-1) ?? '');
  expect(read.bars.map((bar) => [bar.symbol, bar.session])).toEqual(told.map((bar) => [symbol, bar.session]));
  for (const [i, bar] of read.bars.entries()) if (told[i]) sameBar(bar, told[i]);
  expect(read.bars[0]?.currency).toBe(told[0]?.currency);
});

/** Those whose answers name what they are of. */
test.each([
  ['alphavantage', 'BTC-USD', 'ETH-USD'],
  ['alphavantage', 'EURUSD=X', 'JPY=X'],
  ['polygon', 'BTC-USD', 'ETH-USD'],
  ['twelvedata', 'EURUSD=X', 'JPY=X'],
  ['fmp', 'BTC-USD', 'ETH-USD'],
  ['yahoo', 'EURUSD=X', 'JPY=X'],
])('of %s, an answer about %s is never taken for %s', (name, answered, asked) => {
  const provider = providerNamed(name);
  for (const data of ['quote', 'bars'] as const) {
    const endpoint = provider?.serves[data] as Endpoint<DataKind> | undefined;
    if (!provider || !endpoint) throw new Error(`${name} doesn't serve ${data}`);
    const ask = askFor<DataKind>(data, [asked]);
    const other = simulate(provider, endpoint, askFor<DataKind>(data, [answered]));
    const read = endpoint.read({ ...other, url: provider.baseUrl + endpoint.request(ask).path }, ask);
    expect([...read.quotes, ...read.bars].filter(({ symbol }) => symbol === asked)).toEqual([]);
  }
});

test('Yahoo is not asked for coins whose names it gave to others', () => {
  for (const endpoint of [providerNamed('yahoo')?.serves.quote, providerNamed('yahoo')?.serves.bars]) {
    expect(['UNI-USD', 'TON-USD', 'SUI-EUR'].map((symbol) => endpoint?.accepts?.(symbol))).toEqual([
      false,
      false,
      false,
    ]);
    expect(['BTC-USD', 'UNI', 'COMP', 'UNI7083-USD', 'EURUSD=X'].every((symbol) => endpoint?.accepts?.(symbol))).toBe(
      true,
    );
  }
});

test('a key goes into a header where the provider takes it there', () => {
  const requestOf = (name: string) =>
    providerNamed(name)?.serves.quote?.request({ ...askFor('quote', ['AAPL']), key: 'secret' });
  for (const name of ['finnhub', 'twelvedata', 'polygon']) {
    expect(requestOf(name)?.path).not.toContain('secret');
    expect(Object.values(requestOf(name)?.headers ?? {}).join()).toContain('secret');
  }
  for (const name of ['alphavantage', 'fmp', 'iex']) expect(requestOf(name)?.path).toContain('secret');
});

test('a batch of Twelve Data costs a credit for each of its symbols, and stays within the free minute', () => {
  const endpoint = providerNamed('twelvedata')?.serves.quote;
  expect(endpoint?.cost(5)).toBe(5);
  expect(endpoint?.batchMax).toBe(8);
});
