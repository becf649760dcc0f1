import { universeAsset, type UniverseAsset } from '@freshet/market';
import { CURRENCIES } from './currencies.ts';
import { everyDay, everyWeekday, isWeekday } from './day-number.ts';
import { hashText } from './noise.ts';
import { Walk } from './walk.ts';

/** Something that moves prices, on its own clock of days. */
export interface Factor {
  walk: Walk;
  /** Its own count of days, from days since 1970. */
  day(day: number): number;
  /** Whether it moves on that day: markets that rest at the weekend don't move then. */
  moves(day: number): boolean;
}

export interface Weighted {
  factor: Factor;
  weight: number;
}

const WEEKDAYS = 261;
const DAYS = 365;
const MARKET_VOLATILITY = 0.15;
const CRYPTO_VOLATILITY = 0.47;
/** The part of every currency's move that is the dollar's. */
const DOLLAR_VOLATILITY = 0.05;
const MARKET_GROWTH = 0.07;
const OVERNIGHT = 0.25;

/** Share classes of one company move as one. */
const COMPANY: Record<string, string> = { GOOG: 'GOOGL' };

/** All factors of a seed: the market, the crypto market, the dollar, and each asset's and currency's own. */
export class Factors {
  #seed: number;
  #known = new Map<string, Factor>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /**
   * Equities, funds, indexes and commodities: the market times beta, and their own noise for the rest of the
   * volatility.
   */
  ofListed({ symbol, assetClass, volatility, beta }: UniverseAsset): Weighted[] {
    const gap = assetClass === 'commodity' ? 0 : OVERNIGHT;
    const market = this.#weekdays('market', MARKET_VOLATILITY, gap, MARKET_GROWTH);
    const own = rest(volatility, beta * MARKET_VOLATILITY);
    const factors = [{ factor: market, weight: beta }];
    if (own > 0.001)
      factors.push({ factor: this.#weekdays(`own ${COMPANY[symbol] ?? symbol}`, own, gap, 0), weight: 1 });
    return factors.filter(({ weight }) => weight !== 0);
  }

  /** What a currency or coin is worth in dollars. */
  ofMoney(code: string): Weighted[] {
    if (code === 'USD') return [];
    const currency = CURRENCIES[code];
    if (currency) {
      return [
        { factor: this.#weekdays('dollar', DOLLAR_VOLATILITY, 0, 0), weight: 1 },
        { factor: this.#weekdays(`own ${code}`, rest(currency.volatility, DOLLAR_VOLATILITY), 0, 0), weight: 1 },
      ];
    }
    const { volatility = 0.8, beta = 1 } = universeAsset(`${code}-USD`) ?? {};
    const own = rest(volatility, beta * Math.hypot(CRYPTO_VOLATILITY, MARKET_VOLATILITY));
    const factors = [
      { factor: this.#days('crypto', CRYPTO_VOLATILITY), weight: beta },
      { factor: this.#weekdays('market', MARKET_VOLATILITY, 0, MARKET_GROWTH), weight: beta },
    ];
    if (own > 0.001) factors.push({ factor: this.#days(`own ${code}`, own), weight: 1 });
    return factors.filter(({ weight }) => weight !== 0);
  }

  #weekdays(name: string, volatility: number, gap: number, growth: number): Factor {
    return this.#factor(name, { volatility, gap, growth, perYear: WEEKDAYS, day: everyWeekday, moves: isWeekday });
  }

  #days(name: string, volatility: number): Factor {
    return this.#factor(name, { volatility, gap: 0, growth: 0, perYear: DAYS, day: everyDay, moves: () => true });
  }

  #factor(
    name: string,
    of: { volatility: number; gap: number; growth: number; perYear: number } & Omit<Factor, 'walk'>,
  ): Factor {
    // The market factor for assets that trade around the clock: another overnight gap changes the path, not the closes.
    const known = this.#known.get(`${name} ${of.gap}`);
    if (known) return known;
    const shape = {
      daily: of.volatility / Math.sqrt(of.perYear),
      drift: of.growth / of.perYear,
      gap: of.gap,
      // Strays like the market over the years, but keeps a price within its order of magnitude.
      spread: Math.min(of.volatility, 0.3),
      pathsKept: name.startsWith('own') ? 0 : 4096,
    };
    const factor = { walk: new Walk(hashText(name, this.#seed), shape), day: of.day, moves: of.moves };
    this.#known.set(`${name} ${of.gap}`, factor);
    return factor;
  }
}

/**
 * The volatility that is left when a part of it is another factor's; at least a tenth of the whole, unless nothing is
 * left at all.
 */
function rest(whole: number, part: number): number {
  if (whole === Math.abs(part)) return 0;
  return Math.sqrt(Math.max(whole ** 2 - part ** 2, (whole / 10) ** 2));
}
