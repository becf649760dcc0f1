import { readdirSync } from 'node:fs';
import { calendarIdOf, knowsHours } from './calendar-of-symbol.ts';
import { CALENDAR_IDS, EXCHANGES } from './catalogue.ts';

test('every file in exchanges/ has its line in the catalogue', async () => {
  const catalogued = new Set<unknown>(Object.values(EXCHANGES));
  for (const file of readdirSync(new URL('exchanges', import.meta.url))) {
    const module: Record<string, unknown> = await import(`./exchanges/${file}`);
    expect(Object.values(module).filter((exchange) => catalogued.has(exchange))).toHaveLength(1);
  }
  expect(catalogued.size).toBe(CALENDAR_IDS.length);
});

test.each([
  ['equity', 'AAPL', 'XNYS'],
  ['equity', 'BRK-B', 'XNYS'],
  ['etf', 'SPY', 'XNYS'],
  ['index', '^GSPC', 'XNYS'],
  ['index', '^IXIC', 'XNYS'],
  ['equity', 'VOD.L', 'XLON'],
  ['etf', 'ISF.L', 'XLON'],
  ['index', '^FTSE', 'XLON'],
  ['equity', '7203.T', 'XTKS'],
  ['index', '^N225', 'XTKS'],
  ['crypto', 'BTC-USD', '24/7'],
  ['fx', 'EURUSD=X', '24/5'],
  ['fx', 'JPY=X', '24/5'],
  ['commodity', 'GC=F', '24/5'],
] as const)('the %s %s trades by the calendar %s', (assetClass, symbol, id) => {
  expect(calendarIdOf(assetClass, symbol)).toBe(id);
});

test('what trades at an exchange without a calendar is never taken for closed on a weekday', () => {
  expect(calendarIdOf('equity', 'SAP.DE')).toBe('24/5');
  expect(calendarIdOf('index', '^GDAXI')).toBe('24/5');
});

test.each([
  ['equity', 'AAPL', true],
  ['crypto', 'BTC-USD', true],
  ['fx', 'EURUSD=X', true],
  ['commodity', 'GC=F', true],
  ['equity', 'SAP.DE', false],
  ['index', '^GDAXI', false],
] as const)('whether the calendar of the %s %s knows its hours: %p', (assetClass, symbol, known) => {
  expect(knowsHours(assetClass, calendarIdOf(assetClass, symbol))).toBe(known);
});
