import { Amount, type Conversion, type DecimalText, type MarketSymbol } from '@freshet/market';
import { listingOf } from '../symbols/listings.ts';

/** Currencies that providers quote in hundredths: pence, South African cents, Israeli agorot, the US cents of grain and cotton. */
const MINOR = new Map(
  Object.entries({
    GBp: 'GBP',
    GBX: 'GBP',
    GBx: 'GBP',
    ZAc: 'ZAR',
    ZAC: 'ZAR',
    ILA: 'ILS',
    ILa: 'ILS',
    USX: 'USD',
  }),
);

const HUNDREDTH = '0.01';

/** The unit that a provider's currency code stands for: the major currency, and what its prices are multiplied by. */
export interface PriceUnit {
  currency: string;
  rate: DecimalText;
  /** For `Quote.convertedBy`; absent when nothing is converted and nothing assumed. */
  convertedBy?: Conversion;
}

/** What a price in this code is in: GBp is a hundredth of GBP, say. */
export function priceUnit(code: string): PriceUnit {
  const major = MINOR.get(code);
  return major
    ? { currency: major, rate: HUNDREDTH, convertedBy: { from: code, rate: HUNDREDTH } }
    : { currency: code.toUpperCase(), rate: '1' };
}

/**
 * The unit of a provider that names none: the usual one of the symbol's listing. Where that is a minor one it may as well be another, for London
 * lists in pounds, dollars and euros too; and of an exchange that nobody knows here it is no more than a guess. Either is marked as assumed, for
 * whoever knows what the symbol trades in.
 */
export function listedUnit(symbol: MarketSymbol): PriceUnit {
  const { unit: code, guessed } = listingOf(symbol);
  const unit = priceUnit(code);
  const convertedBy = unit.convertedBy ?? (guessed ? { from: code, rate: unit.rate } : undefined);
  return convertedBy ? { ...unit, convertedBy: { ...convertedBy, assumed: true } } : unit;
}

/** The unit that a provider names for this symbol; the listing's usual one where it names none this time. */
export function namedUnit(code: string | null | undefined, symbol: MarketSymbol): PriceUnit {
  return code ? priceUnit(code) : listedUnit(symbol);
}

/** What a bar says of its unit beside the currency: only when that was assumed. */
export function assumedOf({ convertedBy }: PriceUnit): { convertedBy?: Conversion } {
  return convertedBy?.assumed ? { convertedBy } : {};
}

/** A price of that unit in the major one; null stays null. */
export function inMajor(price: DecimalText | null, unit: PriceUnit): DecimalText | null {
  if (price === null || unit.rate === '1') return price;
  return new Amount(price).times(unit.rate).toFixed();
}
