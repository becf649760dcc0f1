import { askFor, market, simulate } from './conformance/round-trip.ts';
import { inCoins } from './coin-volume.ts';
import { providerNamed } from './registry.ts';

test('money is about so many coins by the price beside it, and nobody knows how many without one', () => {
  expect(inCoins('21228961792', '96077.45')).toBe('220956.7572');
  expect(inCoins('1000000', '0.0000123')).toBe('81300813010');
  expect(inCoins('0', '96077.45')).toBe('0');
  expect(inCoins(null, '96077.45')).toBeNull();
  expect(inCoins('21228961792', null)).toBeNull();
});

test.each(['yahoo', 'coingecko', 'binance', 'cryptocompare'])('%s counts coins, whatever is on its wire', (name) => {
  const { quote, bars } = providerOf(name).serves;
  if (!quote || !bars) throw new Error(`${name} serves both`);
  const [priced, days] = [askFor('quote', ['BTC-USD']), askFor('bars', ['BTC-USD'])];
  const [told] = quote.read(simulate(providerOf(name), quote, priced), priced).quotes;
  expect(Number(told?.volume)).toBeCloseTo(Number(market.quote('BTC-USD')?.volume), 2);
  for (const { volume } of bars.read(simulate(providerOf(name), bars, days), days).bars) {
    expect(Number(volume)).toBeCloseTo(7_654_321, 0);
  }
});

test.each([
  ['yahoo', 1_234_567 * 61_234.5, /"regularMarketVolume":([\d.]+)/],
  ['coingecko', 1_234_567 * 61_234.5, /"(?:total_volume|usd_24h_vol)":([\d.]+)/],
  ['binance', 1_234_567, /"volume":"([\d.]+)"/],
])('the simulator of %s writes what the real one does: money or coins', (name, volume, field) => {
  const quote = providerOf(name).serves.quote;
  if (!quote) throw new Error(`${name} serves quotes`);
  const { body } = simulate(providerOf(name), quote, askFor('quote', ['BTC-USD']));
  expect(Number(field.exec(body)?.[1])).toBeCloseTo(volume, 0);
});

test('shares are counted in shares on the same wire', () => {
  const { quote } = providerOf('yahoo').serves;
  if (!quote) throw new Error('Yahoo serves quotes');
  const ask = askFor('quote', ['AAPL']);
  expect(quote.read(simulate(providerOf('yahoo'), quote, ask), ask).quotes).toMatchObject([{ volume: '1234567' }]);
});

function providerOf(name: string) {
  const provider = providerNamed(name);
  if (!provider) throw new Error(`there is no ${name}`);
  return provider;
}
