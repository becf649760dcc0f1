import { table } from './table.ts';

test('columns are aligned, those of numbers to the right, and what is unknown is a dash', () => {
  const rows = [
    ['AAPL', 1, '5.0 %'],
    ['BTC-USD', 120, null],
  ];
  expect(table(['symbol', 'calls', 'share'], rows)).toBe(
    ['symbol   calls  share', 'AAPL         1  5.0 %', 'BTC-USD    120      –', ''].join('\n'),
  );
});

test('a cell with line breaks stays in its row', () => {
  expect(table(['name', 'n'], [['two\r\nlines', 1]])).toBe('name       n\ntwo lines  1\n');
});
