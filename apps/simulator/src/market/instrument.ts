import { classOfSymbol, type MarketSymbol, pairOf, universeAsset, type UniverseAsset } from '@freshet/market';
import { CURRENCIES } from './currencies.ts';
import { type Factor, Factors } from './factors.ts';
import { hashText, uniform } from './noise.ts';

/** The parameters by which the market prices a symbol. */
export interface Instrument {
  asset: UniverseAsset;
  /** Log price = log base + the weighted factors. */
  factors: { factor: Factor; weight: number }[];
  /** Decimals of its prices. */
  decimals: number;
  /** The symbol's hash, which seeds its volumes and dates. */
  id: number;
  /** Units traded on an ordinary day; null where volumes aren't published. */
  dailyVolume: number | null;
}

const SYNTHETIC = /^(?:SYM(\d{5})|C(\d{5})-USD)$/;

/**
 * Knows every instrument of a seed: the universe, every cross of its coins and currencies, SYM00001 to SYM99999, and
 * C00001-USD to C99999-USD.
 */
export class Instruments {
  #factors: Factors;
  #seed: number;
  #known = new Map<MarketSymbol, Instrument>();

  constructor(seed: number) {
    this.#seed = seed;
    this.#factors = new Factors(seed);
  }

  /** The instrument of a symbol; undefined for one that the market doesn't know. */
  find(symbol: MarketSymbol): Instrument | undefined {
    const known = this.#known.get(symbol);
    if (known) return known;
    const asset = universeAsset(symbol) ?? syntheticAsset(symbol) ?? crossAsset(symbol);
    if (!asset) return undefined;
    const instrument = this.#instrument(asset);
    this.#known.set(symbol, instrument);
    return instrument;
  }

  #instrument(asset: UniverseAsset): Instrument {
    const { factors, basePrice } = this.#priced(asset);
    const priced = { ...asset, basePrice };
    const id = hashText(asset.symbol, this.#seed);
    return { asset: priced, factors, decimals: decimalsOf(priced), id, dailyVolume: usualVolume(priced) };
  }

  #priced(asset: UniverseAsset): { factors: Instrument['factors']; basePrice: number } {
    const pair = pairOf(asset.symbol);
    if (!pair || (asset.assetClass !== 'fx' && asset.assetClass !== 'crypto')) {
      return { factors: this.#factors.ofListed(asset), basePrice: asset.basePrice };
    }
    const [base, quote] = [this.#factors.ofMoney(pair.base), this.#factors.ofMoney(pair.quote)];
    const worth = (code: string) => dollarsPer(code) ?? 1;
    return {
      factors: [...base, ...quote.map(({ factor, weight }) => ({ factor, weight: -weight }))],
      basePrice: worth(pair.base) / worth(pair.quote),
    };
  }
}

/** What one unit of a currency or coin is worth in dollars on the reference day. */
function dollarsPer(code: string): number | undefined {
  const coin = `${code}-USD`;
  return CURRENCIES[code]?.dollars ?? (universeAsset(coin) ?? syntheticAsset(coin))?.basePrice;
}

/** Any pair of currencies and coins that are known. */
function crossAsset(symbol: MarketSymbol): UniverseAsset | undefined {
  const pair = pairOf(symbol);
  if (!pair || pair.base === pair.quote) return undefined;
  const [base, quote] = [dollarsPer(pair.base), dollarsPer(pair.quote)];
  if (base === undefined || quote === undefined) return undefined;
  const assetClass = classOfSymbol(symbol);
  if (assetClass === 'fx' && !(CURRENCIES[pair.base] && CURRENCIES[pair.quote])) return undefined;
  const coin = assetClass === 'crypto' ? universeAsset(`${pair.base}-USD`) : undefined;
  if (assetClass === 'crypto' && !coin) return undefined;
  return {
    symbol,
    name: `${pair.base} / ${pair.quote}`,
    assetClass,
    currency: pair.quote,
    sector: null,
    indexes: [],
    basePrice: base / quote,
    volatility: coin?.volatility ?? 0.1,
    beta: 0,
    marketCap: coin?.marketCap ? coin.marketCap / quote : null,
  };
}

const SECTORS = ['Information Technology', 'Financials', 'Health Care', 'Industrials', 'Energy', 'Consumer Staples'];

/** A made-up US equity or coin, so that tests can load as many symbols as they like. */
function syntheticAsset(symbol: MarketSymbol): UniverseAsset | undefined {
  const [, equity, coin] = SYNTHETIC.exec(symbol) ?? [];
  const number = Number(equity ?? coin ?? 0);
  if (number < 1) return undefined;
  const draw = (place: number) => uniform(number, place);
  return {
    symbol,
    name: `Synthetic ${number}`,
    assetClass: coin ? 'crypto' : 'equity',
    currency: 'USD',
    sector: coin ? null : (SECTORS[number % SECTORS.length] ?? null),
    indexes: [],
    basePrice: Math.round(2000 + 48_000 * draw(1)) / 100,
    volatility: 0.2 + 0.4 * draw(2),
    beta: 0.5 + draw(3),
    marketCap: Math.round(1 + 99 * draw(4)) * 1_000_000_000,
  };
}

function decimalsOf({ assetClass, basePrice, currency }: UniverseAsset): number {
  if (assetClass === 'fx') return basePrice > 20 ? 3 : 5;
  if (assetClass === 'crypto') return basePrice >= 1000 ? 2 : basePrice >= 10 ? 3 : basePrice >= 0.1 ? 5 : 8;
  return basePrice < 10 || currency === 'GBP' ? 4 : 2;
}

function usualVolume({ assetClass, basePrice, marketCap }: UniverseAsset): number | null {
  if (assetClass === 'fx') return null;
  if (assetClass === 'index') return 4_000_000_000;
  if (assetClass === 'commodity') return 150_000;
  return ((marketCap ?? 1e9) / basePrice) * (assetClass === 'crypto' ? 0.03 : 0.005);
}
