import { Amount, type DecimalText, amount } from '@freshet/market';

/** One unit of `base` costs `rate` units of `quote`, at one moment. */
export interface FxQuote {
  base: string;
  quote: string;
  rate: DecimalText;
}

/** The rate from one currency into another, and the pairs that it was made of (`EURUSD`, `USDJPY`). */
export interface FxRate {
  rate: Amount;
  via: string[];
}

/** Looks rates up. Null when there is no way from one currency to the other: there is never a silent 1:1. */
export type FxTable = (from: string, to: string) => FxRate | null;

/** Currencies that others are quoted against, in the order in which a cross rate tries them. */
const PIVOTS = ['USD', 'EUR', 'GBP'];

/**
 * A table over the pairs of one moment: the pair itself, else its inverse, else a cross over USD, EUR or GBP. Rates that are
 * not positive numbers are as good as absent. Currency codes are compared as they are (`GBP`, never `GBp`).
 */
export function fxTable(quotes: Iterable<FxQuote>): FxTable {
  const rates = new Map<string, Amount>();
  for (const { base, quote, rate } of quotes) {
    const value = positive(rate);
    if (value) rates.set(`${base}/${quote}`, value);
  }
  const direct = (from: string, to: string): FxRate | null => {
    const straight = rates.get(`${from}/${to}`);
    if (straight) return { rate: straight, via: [`${from}${to}`] };
    const inverse = rates.get(`${to}/${from}`);
    return inverse ? { rate: new Amount(1).div(inverse), via: [`${to}${from}`] } : null;
  };
  const known = new Map<string, FxRate | null>();
  return (from, to) => {
    if (from === to) return SAME;
    const key = `${from}/${to}`;
    let rate = known.get(key);
    if (rate === undefined) {
      rate = anyWay(direct, from, to);
      known.set(key, rate);
    }
    return rate;
  };
}

const SAME: FxRate = { rate: new Amount(1), via: [] };

function anyWay(direct: (from: string, to: string) => FxRate | null, from: string, to: string): FxRate | null {
  const straight = direct(from, to);
  if (straight) return straight;
  for (const pivot of PIVOTS) {
    const first = direct(from, pivot);
    const second = first && direct(pivot, to);
    if (first && second) return { rate: first.rate.mul(second.rate), via: [...first.via, ...second.via] };
  }
  return null;
}

/** The decimal when it is a positive number, else null. */
export function positive(text: DecimalText | null | undefined): Amount | null {
  const value = decimal(text);
  return value && value.gt(0) ? value : null;
}

/** The decimal when it is a finite number, else null. */
export function decimal(text: DecimalText | null | undefined): Amount | null {
  if (text === null || text === undefined) return null;
  try {
    return amount(text);
  } catch {
    return null;
  }
}
