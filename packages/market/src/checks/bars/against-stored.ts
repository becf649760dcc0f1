import { hundredIn } from '../ratios.ts';
import type { BarFinding, BarsContext } from './check-bars.ts';
import { type ClosingBar, closesOf, gapsOf, positiveNumber } from './gaps.ts';
import { ofSeries } from './of-series.ts';

/** Closes of the same session are the same but for corrections: what lies further apart is another unit, or another basis. */
const SAME = Math.log(1.4);
/** A split that a bar declares may lead to it from either of two levels; then they explain it equally well. */
const ALIKE = 0.01;

/** Sessions of an answer, one after the other, that are off from what is stored. */
interface Run {
  /** The last of them. */
  bar: ClosingBar;
  /** Log of what they are too high by. */
  log: number;
  corrects: boolean;
}

/**
 * Bars that follow what is stored, held against it: those that overlap are the same, for prices as traded are so for ever, and the first new one
 * goes on where it ends. All of an answer may be off by the same, so that it agrees with itself: new ones that go on where others are off
 * are off as well, be it by a hundred, by a split or by anything else.
 */
export function ofSeriesAfter(
  stored: readonly ClosingBar[],
  bars: readonly ClosingBar[],
  context: BarsContext,
): BarFinding[] {
  const first = bars[0]?.session;
  if (!first) return [];
  const known = new Map(stored.map((each) => [each.session, each]));
  const before = stored.filter(({ session }) => session < first);
  const series = [...before];
  const off: BarFinding[] = [];
  let run: Run | null = null;
  for (const bar of bars) {
    const same = known.get(bar.session);
    const log = same && Math.log(positiveNumber(bar.close) / positiveNumber(same.close));
    if (same && log !== undefined && Math.abs(log) > SAME) {
      run = { bar, log, corrects: run ? run.corrects : fitsBetter(bar, same, series.at(-1)) };
      off.push(finding(run, `its close ${bar.close} is ${timesOf(run)} times the ${same.close} that is stored of it`));
      // What comes after it is held against what is stored in its place.
      series.push({ ...bar, close: same.close });
    } else if (!same && run && goesOn(bar, run)) {
      const next: Run = { ...run, bar };
      run = next;
      off.push(finding(run, `it goes on where prices are ${timesOf(run)} times those that are stored`));
    } else {
      run = null;
      series.push(bar);
    }
  }
  const last = series.findLastIndex(({ session }) => known.has(session));
  const isStored = (index: number) => known.has(series[index]?.session ?? '');
  const anchor = last < 0 ? undefined : { seam: before.length, last, differs: off.length > 0, isStored };
  const differing = new Set(off.map(({ session }) => session));
  const found = ofSeries(series, context, anchor).filter(
    ({ session, disbelieved }) => session >= first && (disbelieved || !differing.has(session)),
  );
  return [...off, ...found];
}

const timesOf = ({ log }: Run): number => Number(Math.exp(log).toPrecision(3));

function finding(run: Run, detail: string): BarFinding {
  const check = hundredIn(run.log) ? 'unit_slip' : 'split_gap';
  const { session } = run.bar;
  return { session, check, verdict: 'hold', detail, factor: timesOf(run), ...(run.corrects && { corrects: true }) };
}

/** What no split or dividend explains between two closes. */
const gapOf = (from: ClosingBar, to: ClosingBar): number => Math.abs(gapsOf(closesOf([from, to]))[0] as number);

/** Whether a bar fits what is stored before it better than what is stored in its place; so it does where nothing is. */
const fitsBetter = (bar: ClosingBar, stored: ClosingBar, before: ClosingBar | undefined): boolean =>
  before === undefined || gapOf(before, bar) < gapOf(before, stored);

/** Whether a new bar is on the level of the run that it follows, rather than on that of what is stored. */
function goesOn(bar: ClosingBar, run: Run): boolean {
  const right = { ...run.bar, close: String(positiveNumber(run.bar.close) / Math.exp(run.log)) };
  return gapOf(run.bar, bar) + ALIKE < gapOf(right, bar);
}
