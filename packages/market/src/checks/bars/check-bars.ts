import type { Bar, SessionDate } from '../../bar.ts';
import type { DecimalText } from '../../decimal.ts';
import type { CheckName } from '../catalogue.ts';
import { inconsistency } from '../consistent.ts';
import { dailyDeviation } from '../expected-move.ts';
import { hundredIn, ratioText, splitIn } from '../ratios.ts';
import { type Closes, closesOf, type Gap, gapsOf, positiveNumber, usualDeviation } from './gaps.ts';
import { offLevels } from './levels.ts';
import { splitsNotShown } from './splits-shown.ts';

/** What a check has against one session's bar. */
export interface BarFinding {
  session: SessionDate;
  check: CheckName;
  /** `refuse`: not to be stored. `hold`: stored as suspect, never calculated with. `note`: worth knowing. */
  verdict: 'refuse' | 'hold' | 'note';
  detail: string;
  /** What its prices are too high by, where that is known: 100, 0.01, 5. */
  factor?: number;
  /** The split that it declares is what is doubted. */
  disbelieved?: boolean;
}

export interface BarsContext {
  /** Prices are as they were traded, so that they must show the splits that are declared. Otherwise they may be on a later basis. */
  asTraded?: boolean;
  /** Splits and dividends that the bars themselves don't tell of. */
  actions?: readonly { session: SessionDate; splitRatio?: DecimalText | null; dividend?: DecimalText | null }[];
  /** The last session that can have begun; bars after it are from the future. */
  until?: SessionDate | null;
  currency?: string | null;
  /** Yearly volatility as a fraction, for when the bars are too few to show it. */
  volatility?: number | null;
}

/** So many standard deviations of its own days, and a gap is no market's. */
const BEYOND = 5;
/** With fewer gaps, a single jump hides behind the deviation that it makes itself. */
const ENOUGH = 20;
const SMALLEST_SPLIT = Math.log(1.8);

/**
 * Holds a series of daily bars against itself and against what was declared: every slip by a hundred and every split that
 * prices show and nobody declared, over whole stretches of sessions. A jump that a declared split or dividend explains is
 * silent. Findings come in the order of the sessions; one session may have several.
 */
export function checkBars(bars: readonly Bar[], context: BarsContext = {}): BarFinding[] {
  const ordered = inOrder(bars) ? bars : bars.toSorted(bySession);
  const refused: BarFinding[] = [];
  const slips: BarFinding[] = [];
  const good: Bar[] = [];
  for (const bar of ordered) {
    if (isPlain(bar, context)) {
      good.push(bar);
      continue;
    }
    const found = ofItself(bar, context);
    if (found.length > 0) refused.push(...found);
    else {
      good.push(bar);
      slips.push(...slipsWithin(bar));
    }
  }
  return [...refused, ...ofSeries(good, context), ...slips].toSorted(bySession);
}

type Dated = { session: SessionDate };
const bySession = (a: Dated, b: Dated) => (a.session < b.session ? -1 : a.session > b.session ? 1 : 0);
const inOrder = (bars: readonly Bar[]) =>
  bars.every((bar, i) => i === 0 || (bars[i - 1] as Bar).session <= bar.session);

/** What is nearer to the close than that is no slip by a hundred. */
const NEAR = 50;

/** True of nearly every bar, at the price of reading four numbers: there is nothing to be said against it by itself. */
function isPlain({ session, open, high, low, close, currency: own }: Bar, { until, currency }: BarsContext): boolean {
  const last = Number(close);
  if (!(last > 0 && last < Infinity) || (until && session > until)) return false;
  if (currency && own && own !== currency) return false;
  const o = open === null ? last : Number(open);
  const h = high === null ? Math.max(o, last) : Number(high);
  const l = low === null ? Math.min(o, last) : Number(low);
  return l > 0 && l <= o && l <= last && o <= h && last <= h && h < last * NEAR && l * NEAR > last;
}

function ofItself(bar: Bar, { until, currency }: BarsContext): BarFinding[] {
  const { session, close } = bar;
  const refuse = (check: CheckName, detail: string): BarFinding[] => [{ session, check, verdict: 'refuse', detail }];
  if (!(positiveNumber(close) > 0)) return refuse('positive', `its close is ${close.slice(0, 40)}`);
  if (until && session > until) return refuse('not_from_the_future', `its session ${session} has not begun`);
  if (currency && bar.currency && bar.currency !== currency)
    return refuse('currency', `it is in ${bar.currency}, expected ${currency}`);
  const wrong = inconsistency(bar);
  // A slip by a hundred in one of its prices contradicts the others too; it is told of as what it is.
  return wrong && slipsWithin(bar).length === 0 ? refuse('consistent', wrong) : [];
}

/** Open, high or low a hundred times the close, or a hundredth of it. */
function slipsWithin(bar: Bar): BarFinding[] {
  const close = positiveNumber(bar.close);
  for (const name of ['open', 'high', 'low'] as const) {
    const text = bar[name];
    const factor = text === null ? null : hundredIn(Math.log(positiveNumber(text) / close));
    if (factor)
      return [
        {
          session: bar.session,
          check: 'unit_slip',
          verdict: 'hold',
          detail: `its ${name} ${text} is ${factor} times its close ${bar.close}`,
        },
      ];
  }
  return [];
}

function ofSeries(bars: readonly Bar[], context: BarsContext): BarFinding[] {
  const closes = closesOf(bars, context.actions);
  const gaps = gapsOf(closes);
  const { volatility } = context;
  const deviation = gaps.length < ENOUGH && volatility ? dailyDeviation(volatility) : usualDeviation(gaps);
  const far: Gap[] = [];
  for (let i = 0; i < gaps.length; i++) {
    const log = gaps[i] as number;
    if (Math.abs(log) > BEYOND * deviation) far.push({ at: i + 1, log });
  }
  const found = context.asTraded ? splitsNotShown(closes, BEYOND * deviation) : [];
  if (far.length === 0) return found;
  const known = [...closes.split].flatMap((split) => (split > 0 && split !== 1 ? [split, 1 / split] : []));
  const slips = far.filter(({ log }) => hundredIn(log));
  const splits = far.filter(({ log }) => {
    if (hundredIn(log) || Math.abs(log) < SMALLEST_SPLIT) return false;
    // The market moves on the day of a split too, so that its ratio is only seen about.
    return splitIn(log, Math.max(0.06, 2.5 * deviation), known) !== null;
  });
  const slipped = new Set<SessionDate>();
  for (const { from, to, factor } of offLevels(closes, slips, 'traded')) {
    const detail = `its prices are ${factor > 1 ? 'a hundred times' : 'a hundredth of'} those of the other sessions`;
    for (const session of closes.sessions.slice(from, to)) {
      found.push({ session, check: 'unit_slip', verdict: 'hold', detail, factor: factor > 1 ? 100 : 0.01 });
      slipped.add(session);
    }
  }
  for (const { from, to, factor } of offLevels(closes, splits, 'latest')) {
    const shown = Number(factor.toPrecision(3));
    const detail = `its prices are ${shown} times those of the other sessions, as if a split ${ratioText(factor)} were missing`;
    for (const session of closes.sessions.slice(from, to))
      if (!slipped.has(session)) found.push({ session, check: 'split_gap', verdict: 'hold', detail, factor: shown });
  }
  const told = new Set([...slips, ...splits]);
  for (const gap of far) if (!told.has(gap)) found.push(jumpAt(gap, gaps, closes, deviation));
  return found;
}

/** A jump that the next session takes back is a bad price; one that stays is the market's. */
function jumpAt(gap: Gap, gaps: Float64Array, closes: Closes, deviation: number): BarFinding {
  const [session, close] = [closes.sessions[gap.at] as SessionDate, closes.close[gap.at] as number];
  const next = gaps[gap.at];
  const back = next !== undefined && Math.abs(next + gap.log) < Math.max(0.1, 2.5 * deviation);
  const percent = `${(Math.expm1(gap.log) * 100).toFixed(1)} %`;
  const detail = `its close ${close} is ${percent} from the one before${back ? ', and the next one is back' : ''}`;
  return { session, check: 'jump', verdict: back ? 'hold' : 'note', detail };
}
