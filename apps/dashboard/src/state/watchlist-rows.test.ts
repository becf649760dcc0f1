import type { WatchlistItemView } from '@freshet/contracts/api';
import { inOrderOf, rowsOf, sortRows, stillAhead } from './watchlist-rows.ts';

const item = (symbol: string): WatchlistItemView => ({
  symbol,
  name: null,
  status: 'active',
  added_at: '2026-11-20T12:00:00.000Z',
  quote: null,
});
const symbolsOf = (rows: readonly { symbol: string }[]) => rows.map(({ symbol }) => symbol);

test('what is being added stands at the end at once, and only once when the server tells it too', () => {
  const rows = rowsOf([item('AAPL')], ['MSFT'], []);
  expect(rows.at(-1)).toEqual({ symbol: 'MSFT', name: null, status: 'adding' });
  expect(symbolsOf(rowsOf([item('AAPL'), item('MSFT')], ['MSFT'], []))).toEqual(['AAPL', 'MSFT']);
});

test('what is being removed is gone at once, and back when that is taken back', () => {
  expect(symbolsOf(rowsOf([item('AAPL'), item('MSFT')], [], ['AAPL']))).toEqual(['MSFT']);
  expect(symbolsOf(rowsOf([item('AAPL'), item('MSFT')], [], []))).toEqual(['AAPL', 'MSFT']);
});

test('what the server has caught up with is no longer ahead of it', () => {
  const ahead = { adding: ['MSFT', 'TSLA'], removing: ['AAPL', 'GOOG'] };
  expect(stillAhead([item('AAPL'), item('MSFT')], ahead)).toEqual({ adding: ['TSLA'], removing: ['AAPL'] });
});

test('what is removed while it is still being added is gone too', () => {
  expect(symbolsOf(rowsOf([], ['MSFT'], ['MSFT']))).toEqual([]);
});

test('rows are sorted by a figure, and those without it come last either way', () => {
  const rows = rowsOf([item('AAPL'), item('MSFT'), item('GOOG')], [], []);
  const prices: Record<string, number | null> = { AAPL: 3, MSFT: null, GOOG: 5 };
  const figuresOf = (symbol: string) => ({ price: prices[symbol] ?? null, change: null, age: null });
  expect(symbolsOf(sortRows(rows, 'price', true, figuresOf))).toEqual(['GOOG', 'AAPL', 'MSFT']);
  expect(symbolsOf(sortRows(rows, 'price', false, figuresOf))).toEqual(['AAPL', 'GOOG', 'MSFT']);
  expect(symbolsOf(sortRows(rows, 'symbol', false, figuresOf))).toEqual(['AAPL', 'GOOG', 'MSFT']);
  expect(symbolsOf(sortRows(rows, 'list', true, figuresOf))).toEqual(['AAPL', 'MSFT', 'GOOG']);
});

test('an order that was found before holds, with what is told anew of each row; others come last', () => {
  const rows = rowsOf([item('AAPL'), { ...item('MSFT'), name: 'Microsoft' }, item('GOOG')], [], []);
  expect(symbolsOf(inOrderOf(['MSFT', 'AAPL'], rows))).toEqual(['MSFT', 'AAPL', 'GOOG']);
  expect(inOrderOf(['MSFT', 'AAPL'], rows)[0]?.name).toBe('Microsoft');
});
