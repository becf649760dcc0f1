import type { SessionDate } from '../../bar.ts';
import type { DecimalText } from '../../decimal.ts';

/**
 * Closes as numbers, with the splits and dividends that took effect before each session's open; NaN where there was
 * none. Typed arrays, because there are thousands of sessions.
 */
export interface Closes {
  sessions: readonly SessionDate[];
  close: Float64Array;
  split: Float64Array;
  dividend: Float64Array;
  /** Whether there was volume: a price without trades is less credible. */
  traded(index: number): boolean;
}

export interface ClosingBar {
  session: SessionDate;
  close: DecimalText;
  volume?: DecimalText | null;
  splitRatio?: DecimalText | null;
  dividend?: DecimalText | null;
}

/** `actions`: known splits and dividends that the bars themselves don't declare. */
export function closesOf(bars: readonly ClosingBar[], actions: readonly Omit<ClosingBar, 'close'>[] = []): Closes {
  const declared = actions.length > 0 ? new Map(actions.map((action) => [action.session, action])) : null;
  const close = new Float64Array(bars.length);
  const split = new Float64Array(bars.length);
  const dividend = new Float64Array(bars.length);
  for (let i = 0; i < bars.length; i++) {
    const bar = bars[i] as ClosingBar;
    const also = declared?.get(bar.session);
    close[i] = positiveNumber(bar.close);
    split[i] = positiveNumber(bar.splitRatio ?? also?.splitRatio);
    dividend[i] = positiveNumber(bar.dividend ?? also?.dividend);
  }
  const traded = (index: number) => Number(bars[index]?.volume) > 0;
  return { sessions: bars.map(({ session }) => session), close, split, dividend, traded };
}

/** The gap between two closes that no declared action explains. */
export interface Gap {
  /** Index of the later close. */
  at: number;
  log: number;
}

/** The number, or NaN when it isn't finite and above zero. */
export function positiveNumber(text: DecimalText | null | undefined): number {
  if (!text) return Number.NaN;
  const value = Number(text);
  return value > 0 && value < Infinity ? value : Number.NaN;
}

/**
 * The unexplained part of each gap, as a logarithm, from the second close on: what remains after the combination of
 * declared split and dividend that explains most of it. Prices as traded fall by a split's ratio on its day, adjusted
 * prices don't; both are right.
 */
export function gapsOf({ close, split, dividend }: Closes): Float64Array {
  const gaps = new Float64Array(Math.max(0, close.length - 1));
  for (let i = 0; i < gaps.length; i++) {
    const [before, ratio, paid] = [close[i] as number, split[i + 1] as number, dividend[i + 1] as number];
    const log = Math.log((close[i + 1] as number) / before);
    // A fast path: most days have neither, and each symbol has years of them.
    gaps[i] = ratio > 0 || paid > 0 ? unexplained(log, before, ratio, paid) : log;
  }
  return gaps;
}

function unexplained(log: number, before: number, split: number, dividend: number): number {
  let left = log;
  for (const ratio of split > 0 ? [1, split] : [1]) {
    const basis = before / ratio;
    for (const paid of dividend > 0 && dividend < basis ? [0, dividend] : [0]) {
      const explained = log - Math.log((basis - paid) / before);
      if (Math.abs(explained) < Math.abs(left)) left = explained;
    }
  }
  return left;
}

/** Gaps of a split's size are left out of the usual deviation. */
const LARGE = Math.log(1.8);
const LEAST_DEVIATION = 0.01;

/** The standard deviation of the symbol's daily moves, without gaps of a split's size. */
export function usualDeviation(gaps: Float64Array): number {
  let usual = 0;
  let squares = 0;
  for (const log of gaps) {
    if (!(Math.abs(log) < LARGE)) continue;
    usual += 1;
    squares += log * log;
  }
  return Math.max(LEAST_DEVIATION, Math.sqrt(squares / Math.max(1, usual - 1)));
}
