import { Amount, type DecimalText } from './decimal.ts';

/** What the adjustment needs of one session. Prices are as traded that day. */
export interface TradedClose {
  close: DecimalText;
  /** `2` for two new units for each old one, from this session's open on. */
  splitRatio: DecimalText | null;
  /** Cash per unit, ex on this session, in units of this session. */
  dividend: DecimalText | null;
  /** A dividend's share of the price is never taken from a suspect close, but from the last good one before it. */
  quality?: 'good' | 'suspect';
}

/** More digits than any price shows; the rest of a quotient is rounding noise. */
const DIGITS = 16;

/**
 * The factor that brings each raw close onto the basis of the last one, splits and dividends taken out (the method of
 * the Center for Research in Security Prices): going back in time, a split r divides all before it by r, and a dividend
 * d multiplies all before it by 1 − d / (close before it, in units of its own day). Bars come oldest first.
 */
export function adjustmentFactors(bars: readonly TradedClose[]): DecimalText[] {
  const factors: DecimalText[] = Array.from({ length: bars.length });
  let factor = new Amount(1);
  let text = '1';
  for (let i = bars.length - 1; i >= 0; i--) {
    factors[i] = text;
    const step = stepBefore(bars[i] as TradedClose, () => goodBefore(bars, i));
    if (!step) continue;
    factor = factor.times(step);
    text = factor.toSignificantDigits(DIGITS).toFixed();
  }
  return factors;
}

/** What the day's split and dividend do to everything before it; null when nothing happened. */
function stepBefore({ splitRatio, dividend }: TradedClose, closeBefore: () => TradedClose | undefined): Amount | null {
  if (!splitRatio && !dividend) return null;
  const ratio = splitRatio && new Amount(splitRatio).gt(0) ? new Amount(splitRatio) : new Amount(1);
  const before = dividend ? closeBefore() : undefined;
  const basis = before ? new Amount(before.close).div(ratio) : null;
  const paid = dividend ? new Amount(dividend) : new Amount(0);
  // A dividend above the price is a mistake in the data. Applied, it would make all earlier prices negative.
  const kept = basis && paid.gt(0) && paid.lt(basis) ? new Amount(1).minus(paid.div(basis)) : new Amount(1);
  const step = kept.div(ratio);
  return step.eq(1) ? null : step;
}

function goodBefore(bars: readonly TradedClose[], index: number): TradedClose | undefined {
  let at = index - 1;
  while (at >= 0 && bars[at]?.quality === 'suspect') at--;
  return bars[at];
}
