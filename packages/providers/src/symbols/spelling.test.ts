import { alphaVantageSymbol, fromAlphaVantage } from '../alphavantage/symbols.ts';
import { finnhubSymbol, fromFinnhub } from '../finnhub/symbols.ts';
import { fmpSymbol, fromFmp } from '../fmp/symbols.ts';
import { fromIex, iexSymbol } from '../iex/symbols.ts';
import { fromPolygon, polygonSymbol } from '../polygon/symbols.ts';
import { askedUrl, canonicalOf, UNNAMED } from './spelling.ts';
import { fromTwelveData, twelveDataSymbol } from '../twelvedata/symbols.ts';

/** Each provider's own spelling of the same things; what it doesn't have is left out. */
const SPELLINGS: Record<string, [canonical: string, own: string][]> = {
  finnhub: [
    ['AAPL', 'AAPL'],
    ['BRK-B', 'BRK.B'],
    ['BTC-USD', 'COINBASE:BTC-USD'],
    ['BTC-USDT', 'BINANCE:BTCUSDT'],
    ['EURUSD=X', 'OANDA:EUR_USD'],
  ],
  alphavantage: [
    ['AAPL', 'AAPL'],
    ['BRK-B', 'BRK-B'],
    ['VOD.L', 'VOD.LON'],
    ['SOLB.BR', 'SOLB.BR'],
    ['SHOP.TO', 'SHOP.TRT'],
  ],
  fmp: [
    ['BRK-B', 'BRK-B'],
    ['^GSPC', '^GSPC'],
    ['VOD.L', 'VOD.L'],
    ['EURUSD=X', 'EURUSD'],
    ['BTC-USD', 'BTCUSD'],
    ['GC=F', 'GCUSD'],
  ],
  twelvedata: [
    ['BRK-B', 'BRK.B'],
    ['VOD.L', 'VOD:LSE'],
    ['EURUSD=X', 'EUR/USD'],
    ['BTC-USD', 'BTC/USD'],
  ],
  polygon: [
    ['BRK-B', 'BRK.B'],
    ['^GSPC', 'I:SPX'],
    ['^NDX', 'I:NDX'],
    ['EURUSD=X', 'C:EURUSD'],
    ['BTC-USD', 'X:BTCUSD'],
    ['ETH-EUR', 'X:ETHEUR'],
  ],
  iex: [
    ['AAPL', 'AAPL'],
    ['BRK-B', 'BRK.B'],
  ],
};

type Spelling = { toWire(symbol: string): string; fromWire(wire: string, asked?: string[]): string };
const OF: Record<string, Spelling> = {
  finnhub: { toWire: finnhubSymbol, fromWire: fromFinnhub },
  alphavantage: { toWire: alphaVantageSymbol, fromWire: fromAlphaVantage },
  fmp: { toWire: fmpSymbol, fromWire: fromFmp },
  twelvedata: { toWire: twelveDataSymbol, fromWire: fromTwelveData },
  polygon: { toWire: polygonSymbol, fromWire: fromPolygon },
  iex: { toWire: iexSymbol, fromWire: (wire, asked) => fromIex(wire, asked, false) },
};

const rows = Object.entries(SPELLINGS).flatMap(([name, pairs]) =>
  pairs.map(([canonical, own]) => [name, canonical, own] as const),
);

test.each(rows)('%s spells %s as %s, and is read back', (name, canonical, own) => {
  const { toWire, fromWire } = OF[name] as Spelling;
  expect(toWire(canonical)).toBe(own);
  expect(fromWire(own)).toBe(canonical);
  expect(fromWire(own.toLowerCase(), [canonical])).toBe(canonical);
});

test('a dollar in yen is what was asked, whichever of its two names that was', () => {
  expect(fromPolygon('C:USDJPY', ['JPY=X'])).toBe('JPY=X');
  expect(fromPolygon('C:USDJPY')).toBe('USDJPY=X');
  expect(twelveDataSymbol('JPY=X')).toBe('USD/JPY');
});

test('one letter behind a dot is a share class, unless it names an exchange', () => {
  expect(fromPolygon('BF.B')).toBe('BF-B');
  expect(fromFinnhub('VOD.L')).toBe('VOD.L');
  expect(fromFinnhub('7203.T')).toBe('7203.T');
});

test('the exchange beside a name tells its suffix', () => {
  expect(fromTwelveData('VOD', undefined, { mic: 'XLON' })).toBe('VOD.L');
  expect(fromTwelveData('SAP', undefined, { exchange: 'XETR' })).toBe('SAP.DE');
  expect(fromTwelveData('SPX', undefined, { type: 'Index' })).toBe('^GSPC');
});

test('a name that is none stands for the one symbol that was asked, else for nobody', () => {
  const same = { toWire: (symbol: string) => symbol, fromWire: (wire: string) => wire.toUpperCase() };
  expect(canonicalOf('N/A', ['AAPL'], same)).toBe('AAPL');
  expect(canonicalOf('N/A', ['AAPL', 'MSFT'], same)).toBe(UNNAMED);
  expect(canonicalOf(null, undefined, same)).toBe(UNNAMED);
  expect(canonicalOf('msft', ['AAPL'], same)).toBe('MSFT');
});

test('the braces of a template in a URL are no value', () => {
  const at = (url: string) => askedUrl({ url, status: 200, headers: {}, body: '', receivedAt: new Date(0) });
  expect(at('https://x.test/quote?symbol={symbol}').query.get('symbol')).toBeNull();
  expect(at('https://x.test/v1//stock/%5EDJI?symbol=A').parts).toEqual(['v1', 'stock', '^DJI']);
  expect(at('').parts).toEqual([]);
});
