import { ratioText } from '../ratios.ts';
import type { BarFinding } from './check-bars.ts';
import type { SessionDate } from '../../bar.ts';
import type { DecimalText } from '../../decimal.ts';
import { type Closes, type ClosingBar, positiveNumber } from './gaps.ts';

/**
 * Declared splits that prices as traded don't show: prices should have fallen by the ratio and didn't. Such a split
 * would multiply holdings while the price stays. `beyond`: a deviation larger than this (as a logarithm) is no market
 * move.
 */
export function splitsNotShown({ sessions, close, split, dividend }: Closes, beyond: number): BarFinding[] {
  const found: BarFinding[] = [];
  for (let i = 1; i < close.length; i++) {
    const ratio = split[i] as number;
    if (!(ratio > 0) || ratio === 1) continue;
    const [before, after, paid] = [close[i - 1] as number, close[i] as number, dividend[i] as number];
    const basis = before / ratio;
    const off = Math.log(after / (paid < basis ? basis - paid : basis));
    // Believed, unless the prices fit "no split" better than this one.
    if (Math.abs(off) <= beyond || Math.abs(off) <= Math.abs(Math.log(after / before))) continue;
    const detail = `it declares a split ${ratioText(ratio)}, and its close ${after} doesn’t show it after ${before}`;
    const session = sessions[i] as SessionDate;
    found.push({ session, check: 'split_gap', verdict: 'hold', detail, disbelieved: true });
  }
  return found;
}

/**
 * The declared splits that a series' closes show, by session. A provider that doesn't declare them doesn't revoke them.
 */
export function splitsThatShow(closes: readonly ClosingBar[]): Map<SessionDate, DecimalText> {
  const shown = new Map<SessionDate, DecimalText>();
  for (let i = 1; i < closes.length; i++) {
    const { session, close, splitRatio } = closes[i] as ClosingBar;
    const ratio = Math.log(positiveNumber(splitRatio));
    const log = Math.log(positiveNumber(close) / positiveNumber(closes[i - 1]?.close));
    if (splitRatio && Math.abs(log + ratio) < Math.abs(log)) shown.set(session, splitRatio);
  }
  return shown;
}
