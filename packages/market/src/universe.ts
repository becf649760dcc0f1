import type { AssetClass, MarketSymbol } from './symbol.ts';
import { COMMODITIES, CRYPTO, DOW, EQUITIES, ETFS, FOREIGN, FX, INDEXES, LONDON } from './universe-tables.ts';

/** One asset of the demo: what the database is seeded with and what the simulated market trades. */
export interface UniverseAsset {
  symbol: MarketSymbol;
  name: string;
  assetClass: AssetClass;
  /** ISO 4217 code of the currency that it is quoted in, major units. */
  currency: string;
  /** GICS sector, for equities. */
  sector: string | null;
  /** Names of the indexes that it belongs to. */
  indexes: string[];
  /** A round price of its order of magnitude: where the simulated walk passes on 2026-01-01. Not market data. */
  basePrice: number;
  /** Yearly volatility as a fraction, of a usual order for the name. */
  volatility: number;
  /** Sensitivity to the market (crypto: to the crypto market). */
  beta: number;
  /** Market value in `currency` at the base price; null where there is none. */
  marketCap: number | null;
}

export const SP500 = 'S&P 500';
export const DOW_JONES = 'Dow Jones Industrial Average';

const THOUSAND_MILLION = 1_000_000_000;

/** The cells of a table row. A test checks that every row of the tables has them. */
function rows(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .map((line) => line.trim().split('|'));
}

/** Price, volatility, beta and market value, from the cells that follow the names. */
function figures(cells: string[]) {
  const [price, volatility, beta, marketCap] = cells.map(Number);
  return {
    basePrice: price ?? 0,
    volatility: (volatility ?? 0) / 100,
    beta: beta ?? 0,
    marketCap: marketCap === undefined ? null : marketCap * THOUSAND_MILLION,
  };
}

function listed(assetClass: AssetClass, currency: string, table: string): UniverseAsset[] {
  return rows(table).map(([symbol = '', name = '', ...cells]) => {
    return { symbol, name, assetClass, currency, sector: null, indexes: [], ...figures(cells) };
  });
}

/** A pair's price is in its quote currency: `USDJPY=X` is quoted in JPY. */
function fxPairs(): UniverseAsset[] {
  return listed('fx', 'USD', FX).map((asset) => ({ ...asset, currency: asset.symbol.slice(3, 6) }));
}

function equities(sector: string, table: string): UniverseAsset[] {
  return rows(table).map(([marked = '', name = '', ...cells]) => {
    const symbol = marked.replace('*', '');
    const indexes = [...(marked.endsWith('*') ? [SP500] : []), ...(DOW.has(symbol) ? [DOW_JONES] : [])];
    return { symbol, name, assetClass: 'equity', currency: 'USD', sector, indexes, ...figures(cells) };
  });
}

function equitiesOf(currency: string, table: string): UniverseAsset[] {
  return rows(table).map(([symbol = '', name = '', sector = '', ...cells]) => {
    return { symbol, name, assetClass: 'equity', currency, sector, indexes: [], ...figures(cells) };
  });
}

/** The demo's universe: names, classes and sectors are facts, the figures only orders of magnitude. */
export const UNIVERSE: readonly UniverseAsset[] = [
  ...Object.entries(EQUITIES).flatMap(([sector, table]) => equities(sector, table)),
  ...equitiesOf('USD', FOREIGN),
  ...equitiesOf('GBP', LONDON),
  ...listed('etf', 'USD', ETFS),
  ...listed('index', 'USD', INDEXES),
  ...listed('crypto', 'USD', CRYPTO),
  ...fxPairs(),
  ...listed('commodity', 'USD', COMMODITIES),
];

const BY_SYMBOL = new Map(UNIVERSE.map((asset) => [asset.symbol, asset]));

/** The demo asset of that symbol, if it is one. */
export function universeAsset(symbol: MarketSymbol): UniverseAsset | undefined {
  return BY_SYMBOL.get(symbol);
}
