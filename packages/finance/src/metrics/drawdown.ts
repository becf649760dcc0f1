import { type Figure, finite } from '../figure.ts';
import type { Sample } from './sample.ts';

/** The deepest fall from a high, and where it happened. */
export interface Drawdown {
  /** (low − high) / high, ≤ 0; NaN where the value rose beyond what a number can hold, so that no fall from there is known. */
  depth: number;
  /** Index of the return that ended at the high; −1 for the value before the first return. */
  peak: number;
  /** Index of the return that ended at the low. */
  trough: number;
  /** Index of the first return after the low that ended at or above the high; null while it has not. */
  recovery: number | null;
}

/** The maximum drawdown of the value that the returns make of 1, the start included as a possible high; null without returns. */
export function deepestDrawdown(returns: Float64Array): Drawdown | null {
  if (returns.length === 0) return null;
  let value = 1;
  let high = 1;
  let highAt = -1;
  let depth = 0;
  let peak = -1;
  let trough = -1;
  let recovery: number | null = null;
  for (let i = 0; i < returns.length; i++) {
    const change = returns[i]!;
    if (change === change) value *= 1 + change;
    if (value >= high) {
      if (trough >= 0 && recovery === null) recovery = i;
      high = value;
      highAt = i;
    }
    const fall = (value - high) / high;
    if (fall < depth) {
      depth = fall;
      peak = highAt;
      trough = i;
      recovery = null;
    }
  }
  if (high === Infinity) return { depth: Number.NaN, peak: -1, trough: -1, recovery: null };
  return { depth, peak, trough, recovery };
}

/** Depth of the {@link deepestDrawdown}, a fraction ≤ 0. */
export function maxDrawdown({ drawdown }: Sample): Figure {
  return drawdown ? finite(drawdown.depth) : 'no_observations';
}
