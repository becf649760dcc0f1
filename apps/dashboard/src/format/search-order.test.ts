import { bySearch, meantBy, offered } from './search-order.ts';

const asset = (symbol: string, name: string) => ({ symbol, name });
const order = (text: string, ...found: { symbol: string; name: string }[]) =>
  bySearch(text, found).map(({ symbol }) => symbol);

test('a name that begins with the text comes before one that has it somewhere', () => {
  expect(order('micro', asset('AMD', 'Advanced Micro Devices'), asset('MSFT', 'Microsoft'))).toEqual(['MSFT', 'AMD']);
});

test('a symbol that is the text comes before all, and short texts are rather symbols', () => {
  expect(order('t', asset('TSLA', 'Tesla'), asset('T', 'AT&T'))).toEqual(['T', 'TSLA']);
  expect(order('go', asset('GS', 'Goldman Sachs'), asset('GOOG', 'Alphabet'))).toEqual(['GOOG', 'GS']);
});

test('a name leads to its symbol; a symbol, known or not, to itself, and what is written is always offered', () => {
  const apple = asset('AAPL', 'Apple');
  expect(meantBy('apple ', [apple])).toBe('AAPL');
  expect(meantBy('apple', [apple, asset('APPLE', 'APPLE')])).toBe('APPLE');
  expect(meantBy('ko', [asset('KO=F', 'Korn')])).toBe('KO');
  expect(meantBy('nvda', [])).toBe('NVDA');
  expect(offered('apple', [apple])).toEqual([apple, { symbol: 'APPLE', name: 'as written' }]);
  expect(offered('aapl', [apple])).toEqual([apple]);
});
