import { parseRoute, symbolHref } from './route.ts';

test('an address names a page and what it is of', () => {
  expect(parseRoute('')).toEqual({ page: 'watch', watchlist: 'default' });
  expect(parseRoute('#/watchlists/wl_1')).toEqual({ page: 'watch', watchlist: 'wl_1' });
  expect(parseRoute('#/symbols/aapl')).toEqual({ page: 'symbol', symbol: 'AAPL' });
  expect(parseRoute('#/operations')).toEqual({ page: 'operations', part: 'providers' });
  expect(parseRoute('#/nowhere')).toEqual({ page: 'unknown' });
  expect(parseRoute('#/symbols/%E0%A4%A')).toEqual({ page: 'symbol', symbol: '%E0%A4%A' });
});

test('every symbol survives its way into an address and back', () => {
  for (const symbol of ['AAPL', 'BRK-B', '^GSPC', 'EURUSD=X', 'VOD.L', 'GC=F']) {
    expect(parseRoute(symbolHref(symbol))).toEqual({ page: 'symbol', symbol });
  }
});
