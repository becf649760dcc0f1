import { ratioText } from '../ratios.ts';
import type { BarFinding } from './check-bars.ts';
import type { SessionDate } from '../../bar.ts';
import type { DecimalText } from '../../decimal.ts';
import { type Closes, type ClosingBar, positiveNumber } from './gaps.ts';

/**
 * Declared splits that prices as traded don't show: they must fall by its ratio, and didn't move. Units would be multiplied by such a split
 * while the price stays. `beyond`: what is further off than that (as a logarithm) is no market's move.
 */
export function splitsNotShown({ sessions, close, split, dividend }: Closes, beyond: number): BarFinding[] {
  const found: BarFinding[] = [];
  for (let i = 1; i < close.length; i++) {
    const ratio = split[i] as number;
    if (!(ratio > 0) || ratio === 1) continue;
    const [before, after, paid] = [close[i - 1] as number, close[i] as number, dividend[i] as number];
    const basis = before / ratio;
    const off = Math.log(after / (paid < basis ? basis - paid : basis));
    // Nearer to no split at all than to this one.
    if (Math.abs(off) <= beyond || Math.abs(off) <= Math.abs(Math.log(after / before))) continue;
    const detail = `it declares a split ${ratioText(ratio)}, and its close ${after} doesn’t show it after ${before}`;
    const session = sessions[i] as SessionDate;
    found.push({ session, check: 'split_gap', verdict: 'hold', detail, disbelieved: true });
  }
  return found;
}

/** The splits of a series that its closes show, by session: somebody who doesn't tell of them doesn't take them back. */
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
