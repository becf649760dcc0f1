import type { SessionDate } from '../../bar.ts';
import { hundredIn } from '../ratios.ts';
import type { BarFinding, BarsContext } from './check-bars.ts';
import { type ClosingBar, positiveNumber } from './gaps.ts';
import { ofSeries } from './of-series.ts';

/** Closes of the same session are the same but for corrections: what lies further apart is another unit, or another basis. */
const SAME = Math.log(1.4);

/**
 * Bars that follow what is stored, held against it: those that overlap differ from it by no hundred and no split, for prices as traded are the
 * same for ever, and the first new one goes on where it ends. All of an answer may be off by the same, so that it agrees with itself.
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
  const differing = new Map(bars.flatMap((bar) => difference(bar, known.get(bar.session))));
  // What comes after them is held against what is stored in their place.
  const series = [
    ...before,
    ...bars.map((bar) => (differing.has(bar.session) ? { ...bar, close: known.get(bar.session)?.close ?? '' } : bar)),
  ];
  const last = series.findLastIndex(({ session }) => known.has(session));
  const isStored = (index: number) => known.has(series[index]?.session ?? '');
  const anchor = last < 0 ? undefined : { seam: before.length, last, differs: differing.size > 0, isStored };
  const found = ofSeries(series, context, anchor).filter(
    ({ session, disbelieved }) => session >= first && (disbelieved || !differing.has(session)),
  );
  if (differing.size === 0) return found;
  const breaking = sessionsThatBreak(before, bars, context);
  return [...differing.values(), ...found].map((one) => (breaking.has(one.session) ? one : { ...one, corrects: true }));
}

function difference(bar: ClosingBar, stored: ClosingBar | undefined): [SessionDate, BarFinding][] {
  if (!stored) return [];
  const log = Math.log(positiveNumber(bar.close) / positiveNumber(stored.close));
  if (!(Math.abs(log) > SAME)) return [];
  const { session } = bar;
  const factor = Number(Math.exp(log).toPrecision(3));
  const detail = `its close ${bar.close} is ${factor} times the ${stored.close} that is stored of it`;
  return [[session, { session, check: hundredIn(log) ? 'unit_slip' : 'split_gap', verdict: 'hold', detail, factor }]];
}

/** Those that would be on another level than what is stored before them, were they taken for right. */
function sessionsThatBreak(
  before: readonly ClosingBar[],
  bars: readonly ClosingBar[],
  context: BarsContext,
): Set<SessionDate> {
  if (before.length === 0) return new Set();
  const isStored = (index: number) => index < before.length;
  const anchor = { seam: before.length, last: before.length - 1, differs: true, isStored };
  const found = ofSeries([...before, ...bars], context, anchor);
  return new Set(found.flatMap((one) => (one.verdict === 'hold' && !one.disbelieved ? [one.session] : [])));
}
