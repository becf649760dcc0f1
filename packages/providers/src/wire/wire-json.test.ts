import { askFor, market, simulate } from '../conformance/round-trip.ts';
import { providerNamed } from '../registry.ts';
import { parseJson, parseJsonExactly } from './wire-json.ts';

test.each([parseJson, parseJsonExactly])('a number that is none costs no other: it is null', (parse) => {
  expect(parse('{"a": NaN, "b":[1.5,-Infinity , Infinity], "c": "NaN, 2"}')).toEqual({
    ...{ a: null, b: [1.5, null, null], c: 'NaN, 2' },
  });
});

test.each(['{"a": NaNa}', 'NaN', '{"a": NaN', '{"a": 1', '', 'Infinity and beyond'])('%p is no JSON', (body) => {
  expect(parseJson(body)).toBeUndefined();
  expect(parseJsonExactly(body)).toBeUndefined();
});

test('a number with more digits than a double holds keeps them, beside one that is none', () => {
  expect(parseJsonExactly('[NaN, 1234567890.123456789012]')).toEqual([null, '1234567890.123456789012']);
});

test.each([
  ['yahoo', ['AAPL', 'MSFT']],
  ['binance', ['BTC-USD', 'ETH-USD']],
  ['coingecko', ['BTC-USD', 'ETH-USD']],
  ['twelvedata', ['AAPL', 'MSFT']],
])('of %s, one price that is no number leaves the other of its batch', (name, symbols) => {
  const provider = providerNamed(name);
  const endpoint = provider?.serves.quote;
  if (!provider || !endpoint) throw new Error(`${name} serves no quotes`);
  const ask = askFor('quote', symbols);
  const good = simulate(provider, endpoint, ask);
  const price = Number(market.quote(symbols[0] ?? '')?.price);
  const body = good.body.replace(new RegExp(`"?${price}0*"?(?=[,}])`, 'g'), 'NaN');
  expect(body).not.toBe(good.body);
  const read = endpoint.read({ ...good, body }, ask);
  expect(read.quotes.map(({ symbol }) => symbol)).toEqual([symbols[1]]);
  expect(read.errors.map(({ symbol }) => symbol)).toEqual([symbols[0]]);
});
