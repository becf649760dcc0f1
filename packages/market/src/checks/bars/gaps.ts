import type { DecimalText } from '../../decimal.ts';

/** A session's close as a number, with what happened to the symbol before its open. */
export interface Close {
  session: string;
  close: number;
  /** Somebody traded: a price that nobody traded at is the less believable. */
  traded: boolean;
  split: number;
  dividend: number;
}

/** The gap between two closes that no declared action explains. */
export interface Gap {
  /** Index of the later close. */
  at: number;
  log: number;
}

export const positiveNumber = (text: DecimalText | null | undefined): number => {
  const value = Number(text ?? Number.NaN);
  return value > 0 && value < Infinity ? value : Number.NaN;
};

/**
 * What is left of each gap when the declared split and dividend that explain most of it are taken out. Prices as traded
 * fall by a split's ratio on its day, prices on a later basis don't: either is right.
 */
export function gapsOf(closes: readonly Close[]): Gap[] {
  return closes.slice(1).map((close, i) => {
    const before = closes[i] as Close;
    const log = Math.log(close.close / before.close);
    let left = log;
    for (const split of close.split > 0 ? [1, close.split] : [1]) {
      const basis = before.close / split;
      for (const dividend of close.dividend > 0 && close.dividend < basis ? [0, close.dividend] : [0]) {
        const explained = log - Math.log((basis - dividend) / before.close);
        if (Math.abs(explained) < Math.abs(left)) left = explained;
      }
    }
    return { at: i + 1, log: left };
  });
}

/** Gaps as large as a split's say nothing of how the symbol usually moves. */
const LARGE = Math.log(1.8);
const LEAST_DEVIATION = 0.01;

/** The standard deviation of what the symbol does on other days. */
export function usualDeviation(gaps: readonly Gap[]): number {
  const usual = gaps.filter(({ log }) => Math.abs(log) < LARGE);
  const square = usual.reduce((sum, { log }) => sum + log * log, 0) / Math.max(1, usual.length - 1);
  return Math.max(LEAST_DEVIATION, Math.sqrt(square));
}
