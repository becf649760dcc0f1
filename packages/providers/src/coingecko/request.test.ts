import { askFor, market, marketWith, simulate } from '../conformance/round-trip.ts';
import { coingecko } from './index.ts';

const quoteEndpoint = () => {
  const { quote } = coingecko.serves;
  if (!quote) throw new Error('coingecko serves quotes');
  return quote;
};

test.each([
  [undefined, 'x-cg-demo-api-key'],
  ['https://api.coingecko.com/api/v3', 'x-cg-demo-api-key'],
  ['https://pro-api.coingecko.com/api/v3', 'x-cg-pro-api-key'],
])('at %s the key travels as %s', (baseUrl, header) => {
  const { headers } = quoteEndpoint().request({ ...askFor('quote', ['BTC-USD']), baseUrl });
  expect(headers).toEqual({ accept: 'application/json', [header]: 'test-key' });
});

test('without a key none is sent', () => {
  const { headers } = quoteEndpoint().request({ ...askFor('quote', ['BTC-USD']), key: undefined });
  expect(headers).toEqual({ accept: 'application/json' });
});

test('ids are separated by bare commas, for after a space the rest would be left out', () => {
  const { path } = quoteEndpoint().request(askFor('quote', ['BTC-USD', 'ETH-USD']));
  expect(path).toContain('ids=bitcoin,ethereum&');
});

test('pairs in several currencies share one call, and only those asked for come back', () => {
  const view = marketWith({
    quote: (symbol) => {
      const known = market.quote(symbol.replace('-EUR', '-USD'));
      return known && { ...known, symbol, currency: symbol.slice(-3) };
    },
  });
  const ask = askFor('quote', ['BTC-USD', 'ETH-EUR']);
  const read = quoteEndpoint().read(simulate(coingecko, quoteEndpoint(), ask, view), ask);
  expect(read.quotes.map(({ symbol, currency }) => [symbol, currency])).toEqual([
    ['BTC-USD', 'USD'],
    ['ETH-EUR', 'EUR'],
  ]);
});

test('a coin that only shares a ticker with a known one is not asked for, nor taken for it', () => {
  expect(quoteEndpoint().accepts?.('NOSUCHCOIN-USD')).toBe(false);
  const body = '[{"id":"bridged-bitcoin","symbol":"btc","current_price":5}]';
  const url = 'https://api.coingecko.com/api/v3/coins/markets?vs_currency=usd';
  const read = coingecko.readAny({ status: 200, headers: {}, body, url, receivedAt: new Date() });
  expect(read.quotes.map((quote) => quote.symbol)).toEqual(['BRIDGED-BITCOIN-USD']);
});
