import type { SessionDate } from '../../bar.ts';
import type { DecimalText } from '../../decimal.ts';

/** Closes as numbers, with what happened to the symbol before their sessions' open; NaN where nothing did. One array each, for there are thousands. */
export interface Closes {
  sessions: readonly SessionDate[];
  close: Float64Array;
  split: Float64Array;
  dividend: Float64Array;
  /** Whether somebody traded: a price that nobody traded at is the less believable. */
  traded(index: number): boolean;
}

export interface ClosingBar {
  session: SessionDate;
  close: DecimalText;
  volume?: DecimalText | null;
  splitRatio?: DecimalText | null;
  dividend?: DecimalText | null;
}

/** `actions`: splits and dividends that the bars themselves don't tell of. */
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

/** NaN for what is no finite number above zero. */
export function positiveNumber(text: DecimalText | null | undefined): number {
  if (!text) return Number.NaN;
  const value = Number(text);
  return value > 0 && value < Infinity ? value : Number.NaN;
}

/**
 * What is left of each gap (as a logarithm, from the second close on) when the declared split and dividend that explain most of it are
 * taken out. Prices as traded fall by a split's ratio on its day, prices on a later basis don't: either is right.
 */
export function gapsOf({ close, split, dividend }: Closes): Float64Array {
  const gaps = new Float64Array(Math.max(0, close.length - 1));
  for (let i = 0; i < gaps.length; i++) {
    const [before, ratio, paid] = [close[i] as number, split[i + 1] as number, dividend[i + 1] as number];
    const log = Math.log((close[i + 1] as number) / before);
    // Most days have neither, and years of them are looked at for each symbol.
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

/** Gaps as large as a split's say nothing of how the symbol usually moves. */
const LARGE = Math.log(1.8);
const LEAST_DEVIATION = 0.01;

/** The standard deviation of what the symbol does on other days. */
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
