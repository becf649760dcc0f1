import { Amount, type DecimalText } from '@freshet/market';

/** Currencies that providers quote in hundredths: pence, South African cents, Israeli agorot, the US cents of grain and cotton. */
const MINOR: Record<string, string> = {
  GBp: 'GBP',
  GBX: 'GBP',
  GBx: 'GBP',
  ZAc: 'ZAR',
  ZAC: 'ZAR',
  ILA: 'ILS',
  ILa: 'ILS',
  USX: 'USD',
};

const HUNDREDTH = '0.01';

/** The unit that a provider's currency code stands for: the major currency, and what its prices are multiplied by. */
export interface PriceUnit {
  currency: string;
  rate: DecimalText;
  /** For `Quote.convertedBy`; absent when nothing is converted. */
  convertedBy?: { from: string; rate: DecimalText };
}

export function priceUnit(code: string): PriceUnit {
  const major = MINOR[code];
  return major
    ? { currency: major, rate: HUNDREDTH, convertedBy: { from: code, rate: HUNDREDTH } }
    : { currency: code.toUpperCase(), rate: '1' };
}

/** A price of that unit in the major one; null stays null. */
export function inMajor(price: DecimalText | null, unit: PriceUnit): DecimalText | null {
  if (price === null || unit.rate === '1') return price;
  return new Amount(price).times(unit.rate).toFixed();
}
