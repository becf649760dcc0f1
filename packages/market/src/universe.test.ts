import { classOfSymbol, isMarketSymbol } from './symbol.ts';
import { SP500, UNIVERSE, universeAsset } from './universe.ts';

/** The eleven sectors of the Global Industry Classification Standard. */
const GICS = [
  'Communication Services',
  'Consumer Discretionary',
  'Consumer Staples',
  'Energy',
  'Financials',
  'Health Care',
  'Industrials',
  'Information Technology',
  'Materials',
  'Real Estate',
  'Utilities',
];

describe('the demo universe', () => {
  test('has what a person expects to find in it', () => {
    const count = (assetClass: string) => UNIVERSE.filter((asset) => asset.assetClass === assetClass).length;
    expect(UNIVERSE.filter((asset) => asset.indexes.includes(SP500)).length).toBeGreaterThanOrEqual(100);
    expect(count('etf')).toBeGreaterThanOrEqual(5);
    expect(count('crypto')).toBeGreaterThanOrEqual(10);
    expect(count('fx')).toBeGreaterThanOrEqual(5);
    for (const symbol of ['^GSPC', 'USDT-USD', 'BRK-B', 'VOD.L', 'GC=F', 'EURUSD=X']) {
      expect(universeAsset(symbol)?.symbol).toBe(symbol);
    }
  });

  test('names every symbol once, in canonical form, with a class that its form does not deny', () => {
    expect(new Set(UNIVERSE.map((asset) => asset.symbol)).size).toBe(UNIVERSE.length);
    for (const { symbol, assetClass } of UNIVERSE) {
      expect(isMarketSymbol(symbol)).toBe(true);
      expect(classOfSymbol(symbol)).toBe(assetClass === 'etf' ? 'equity' : assetClass);
    }
  });

  test('gives every asset figures that can be traded on, and every equity a sector', () => {
    for (const asset of UNIVERSE) {
      expect(asset.basePrice).toBeGreaterThan(0);
      expect(asset.volatility).toBeGreaterThan(0);
      expect(asset.volatility).toBeLessThan(1);
      expect(Number.isFinite(asset.beta)).toBe(true);
      expect(asset.currency).toMatch(/^[A-Z]{3}$/);
      if (asset.assetClass === 'equity') expect(GICS).toContain(asset.sector);
      else expect(asset.sector).toBeNull();
    }
  });

  test('gives market values of their order of magnitude, and none to what has none', () => {
    expect(universeAsset('AAPL')?.marketCap).toBeGreaterThan(1e12);
    expect(universeAsset('AAPL')?.marketCap).toBeLessThan(1e13);
    expect(universeAsset('^GSPC')?.marketCap).toBeNull();
  });

  test('quotes a pair in its quote currency and London in pounds', () => {
    expect(universeAsset('USDJPY=X')?.currency).toBe('JPY');
    expect(universeAsset('EURGBP=X')?.currency).toBe('GBP');
    expect(universeAsset('VOD.L')?.currency).toBe('GBP');
  });
});
