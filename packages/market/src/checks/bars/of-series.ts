import type { SessionDate } from '../../bar.ts';
import { dailyDeviation } from '../expected-move.ts';
import { hundredIn, ratioText, splitIn } from '../ratios.ts';
import type { BarFinding, BarsContext } from './check-bars.ts';
import { type Closes, type ClosingBar, closesOf, type Gap, gapsOf, usualDeviation } from './gaps.ts';
import { offLevels } from './levels.ts';
import { splitsNotShown } from './splits-shown.ts';

/** A gap beyond so many standard deviations of the symbol's own days isn't taken for an ordinary market move. */
const BEYOND = 5;
/** With fewer gaps, a single jump raises the measured deviation so far that it hides itself. */
const ENOUGH = 20;
const SMALLEST_SPLIT = Math.log(1.8);

/** Where the bars follow stored closes, these decide which level is right. */
export interface Anchor {
  /** Index of the first session that the answer has. */
  seam: number;
  /** Index of the last session that is stored. */
  last: number;
  /**
   * Whether the session with this index is stored as good. Sessions that a check holds lie between those and don't
   * count.
   */
  isStored(index: number): boolean;
  /** Some bars differ from the stored closes of their sessions. */
  differs: boolean;
}

/**
 * Findings within a series of closes: slips by a hundred, undeclared splits, declared splits that don't show, jumps.
 */
export function ofSeries(bars: readonly ClosingBar[], context: BarsContext, anchor?: Anchor): BarFinding[] {
  const closes = closesOf(bars, context.actions);
  const gaps = gapsOf(closes);
  const { volatility } = context;
  const deviation = gaps.length < ENOUGH && volatility ? dailyDeviation(volatility) : usualDeviation(gaps);
  const far: Gap[] = [];
  // The gap between two stored closes was judged when they came.
  const decided = (i: number) => anchor !== undefined && anchor.isStored(i) && anchor.isStored(i + 1);
  for (let i = 0; i < gaps.length; i++) {
    const log = gaps[i] as number;
    if (Math.abs(log) > BEYOND * deviation && !decided(i)) far.push({ at: i + 1, log });
  }
  const found = context.asTraded ? splitsNotShown(closes, BEYOND * deviation) : [];
  // A jump into the last stored close is the exception: only the session after it can show that it was a bad price.
  const last = anchor && anchor.last > 0 ? { at: anchor.last, log: gaps[anchor.last - 1] as number } : null;
  if (last && decided(last.at - 1) && isJump(last, deviation)) {
    const jump = jumpAt(last, gaps, closes, deviation);
    if (jump.verdict === 'hold') found.push(jump);
  }
  if (far.length === 0) return found;
  const known = [...closes.split].flatMap((split) => (split > 0 && split !== 1 ? [split, 1 / split] : []));
  const slips = far.filter(({ log }) => hundredIn(log));
  const splits = far.filter(({ log }) => {
    if (hundredIn(log) || Math.abs(log) < SMALLEST_SPLIT) return false;
    // The market moves on the day of a split too, so the gap matches the ratio only roughly.
    return splitIn(log, Math.max(0.06, 2.5 * deviation), known) !== null;
  });
  const slipped = new Set<SessionDate>();
  for (const { from, to, factor } of offLevels(closes, slips, anchor?.last ?? 'traded')) {
    const detail = `its prices are ${factor > 1 ? 'a hundred times' : 'a hundredth of'} those of the other sessions`;
    for (const session of closes.sessions.slice(from, to)) {
      found.push({ session, check: 'unit_slip', verdict: 'hold', detail, factor: factor > 1 ? 100 : 0.01 });
      slipped.add(session);
    }
  }
  // A level that begins after, contradicts or interrupts the stored closes doesn't become right by lasting.
  const isNew = anchor && (anchor.differs || splits.some(({ at }) => at === anchor.seam || at <= anchor.last));
  for (const { from, to, factor } of offLevels(closes, splits, isNew ? anchor.last : 'latest')) {
    const shown = Number(factor.toPrecision(3));
    const detail = `its prices are ${shown} times those of the other sessions, as if a split ${ratioText(factor)} were missing`;
    for (const session of closes.sessions.slice(from, to))
      if (!slipped.has(session)) found.push({ session, check: 'split_gap', verdict: 'hold', detail, factor: shown });
  }
  const told = new Set([...slips, ...splits]);
  for (const gap of far) if (!told.has(gap)) found.push(jumpAt(gap, gaps, closes, deviation));
  return found;
}

/** Beyond the usual moves, yet neither a slip by a hundred nor of a split's size. */
const isJump = ({ log }: Gap, deviation: number): boolean =>
  Math.abs(log) > BEYOND * deviation && !hundredIn(log) && Math.abs(log) < SMALLEST_SPLIT;

/** A jump that the next session reverses is a bad price, and held. One that stays is the market's, and only noted. */
function jumpAt(gap: Gap, gaps: Float64Array, closes: Closes, deviation: number): BarFinding {
  const [session, close] = [closes.sessions[gap.at] as SessionDate, closes.close[gap.at] as number];
  const next = gaps[gap.at];
  const back = next !== undefined && Math.abs(next + gap.log) < Math.max(0.1, 2.5 * deviation);
  const percent = `${(Math.expm1(gap.log) * 100).toFixed(1)} %`;
  const detail = `its close ${close} is ${percent} from the one before${back ? ', and the next one is back' : ''}`;
  return { session, check: 'jump', verdict: back ? 'hold' : 'note', detail };
}
