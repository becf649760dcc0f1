import { fromPolygon } from './symbols.ts';

test.each([
  ['TPC', 'TPC'],
  ['TpC', 'T-PC'],
  ['BACpL', 'BAC-PL'],
  ['BRK.B', 'BRK-B'],
  ['X:BTCUSD', 'BTC-USD'],
])('%s is %s', (wire, symbol) => {
  expect(fromPolygon(wire)).toBe(symbol);
});
