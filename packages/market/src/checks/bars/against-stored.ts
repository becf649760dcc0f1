import { hundredIn } from '../ratios.ts';
import type { BarFinding, BarsContext } from './check-bars.ts';
import { type ClosingBar, closesOf, gapsOf, positiveNumber } from './gaps.ts';
import { ofSeries } from './of-series.ts';

/**
 * Two closes of one session differ only by corrections. Further apart, they are in different units or on different
 * bases.
 */
const SAME = Math.log(1.4);
/** A declared split may explain a bar from either level. Gaps this close (in log terms) count as equally good. */
const ALIKE = 0.01;

/** Consecutive sessions of an answer that differ from the stored closes by one factor. */
interface Run {
  /** The last session of the run so far. */
  bar: ClosingBar;
  /** Log of the factor by which its prices are too high. */
  log: number;
  corrects: boolean;
}

/**
 * Checks bars against the stored closes that they overlap and follow. Prices as traded never change, so overlapping
 * closes must be equal, and the first new bar must continue from the last stored one. A whole answer may be off by one
 * factor and so agree with itself. New bars that continue a run of wrong ones are therefore wrong too, whatever the
 * factor.
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
      // Later bars are compared with the stored close in its place.
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

/** The part of the gap between two closes that no split or dividend explains. */
const gapOf = (from: ClosingBar, to: ClosingBar): number => Math.abs(gapsOf(closesOf([from, to]))[0] as number);

/**
 * Whether a bar fits the close before it better than its own stored close does; true where no earlier close is stored.
 */
const fitsBetter = (bar: ClosingBar, stored: ClosingBar, before: ClosingBar | undefined): boolean =>
  before === undefined || gapOf(before, bar) < gapOf(before, stored);

/** Whether a new bar continues the level of the run before it rather than the stored level. */
function goesOn(bar: ClosingBar, run: Run): boolean {
  const right = { ...run.bar, close: String(positiveNumber(run.bar.close) / Math.exp(run.log)) };
  return gapOf(run.bar, bar) + ALIKE < gapOf(right, bar);
}
