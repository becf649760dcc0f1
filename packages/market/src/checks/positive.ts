import { Amount } from '../decimal.ts';
import type { Check } from './check.ts';

/** A price is a positive, finite number. */
export const positive: Check = ({ price }) => {
  try {
    const value = new Amount(price);
    if (value.isFinite() && value.gt(0)) return null;
  } catch {
    // `Amount` throws on text that is no number.
  }
  return { verdict: 'refuse', detail: `its price is ${price.slice(0, 40)}` };
};
