import { askFor, market, marketWith, simulate } from '../conformance/round-trip.ts';
import { binance } from './index.ts';
import { marketOf, binanceSymbol } from './symbols.ts';
import { tickerWeight } from './weight.ts';

test.each([
  ['BTC-USD', 'BTCUSDT'],
  ['BTC-USDT', 'BTCUSDT'],
  ['ETH-BTC', 'ETHBTC'],
  ['BTC-EUR', 'BTCEUR'],
  ['USDT-USD', null],
  ['AAPL', null],
  ['BRK-B', null],
  ['EURUSD=X', null],
])('%s is traded as %s', (symbol, wire) => {
  expect(binanceSymbol(symbol)).toBe(wire);
});

test.each([
  ['BTCUSDT', undefined, 'BTC-USD', 'USDT'],
  ['BTCUSDT', ['BTC-USDT'], 'BTC-USDT', 'USDT'],
  ['ADAEUR', undefined, 'ADA-EUR', 'EUR'],
  ['OPBUSD', undefined, 'OP-BUSD', 'BUSD'],
  ['1000SATSUSDT', undefined, '1000SATS-USD', 'USDT'],
])('%s, asked as %p, is %s in %s', (wire, asked, symbol, currency) => {
  expect(marketOf(wire, asked, 'https://api.binance.com/api/v3/ticker/price')).toEqual({ symbol, currency });
});

test('in America BATUSD is BAT in dollars', () => {
  expect(marketOf('BATUSD', undefined, 'https://api.binance.us/api/v3/ticker/price')).toEqual({
    symbol: 'BAT-USD',
    currency: 'USD',
  });
});

test('prices are in USDT: times the rate of a USDT they are those of the market', () => {
  const rate = '0.9991';
  const view = marketWith({
    quote: (symbol) => {
      const known = market.quote(symbol === 'USDT-USD' ? 'BTC-USD' : symbol);
      return symbol === 'USDT-USD' && known ? { ...known, symbol, price: rate } : known;
    },
  });
  const { quote } = binance.serves;
  if (!quote) throw new Error('binance serves quotes');
  const ask = askFor('quote', ['BTC-USD']);
  const [read] = quote.read(simulate(binance, quote, ask, view), ask).quotes;
  expect(read?.currency).toBe('USDT');
  expect(Number(read?.price) * Number(rate)).toBeCloseTo(61234.5, 5);
});

test('twenty tickers weigh what one does, and one more twenty times as much', () => {
  expect([1, 20, 21, 100, 101].map(tickerWeight)).toEqual([2, 2, 40, 40, 80]);
});

test('one unknown symbol fails the whole call, without saying which one', () => {
  const { quote } = binance.serves;
  if (!quote) throw new Error('binance serves quotes');
  const ask = askFor('quote', ['BTC-USD', 'XLM-USD']);
  const read = quote.read(simulate(binance, quote, ask), ask);
  expect(read).toMatchObject({ quotes: [], errors: [{ symbol: null, kind: 'unknown_symbol' }] });
});

test('a batch that names a market twice is refused as a whole, so both symbols of it have one name', () => {
  const { quote } = binance.serves;
  if (!quote) throw new Error('Binance serves quotes');
  const ask = askFor('quote', ['BTC-USD', 'BTC-USDT']);
  expect(quote.read(simulate(binance, quote, ask), ask).errors).toMatchObject([{ symbol: null }]);
  expect(binance.marketName?.('BTC-USD')).toBe(binance.marketName?.('BTC-USDT'));
});
