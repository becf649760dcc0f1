import { Amount, type DecimalText } from '../decimal.ts';
import type { Quote } from '../quote.ts';
import type { CheckContext } from './check.ts';
import { explainedMove } from './expected-move.ts';

/** How far a quote's price is from the stored one. */
export interface Move {
  /** log(price / reference). The reference is already adjusted for a declared split. */
  log: number;
  /** The most that the symbol's own volatility explains. */
  explained: number;
  /** The stored price, adjusted for a split since. */
  reference: DecimalText;
}

/** The move from the stored price, or without one from the previous close. Null when there is neither. */
export function moveOf(quote: Quote, { stored, asset, split }: CheckContext): Move | null {
  const before = stored?.price ?? quote.previousClose;
  if (before === null) return null;
  const ratio = stored && split && new Amount(split).gt(0) ? new Amount(split) : new Amount(1);
  const reference = new Amount(before).div(ratio);
  const log = Math.log(new Amount(quote.price).div(reference).toNumber());
  if (!Number.isFinite(log)) return null;
  return {
    log,
    explained: explainedMove(asset?.volatility, stored?.quoteTime ?? quote.quoteTime, quote.quoteTime),
    reference: reference.toSignificantDigits(16).toFixed(),
  };
}
