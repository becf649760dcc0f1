import type { Bar, SessionDate } from '../../bar.ts';
import type { DecimalText } from '../../decimal.ts';
import type { CheckName } from '../catalogue.ts';
import { inconsistency } from '../consistent.ts';
import { hundredIn } from '../ratios.ts';
import { ofSeriesAfter } from './against-stored.ts';
import { type ClosingBar, positiveNumber } from './gaps.ts';
import { ofSeries } from './of-series.ts';

/** An objection to one session's bar. */
export interface BarFinding {
  session: SessionDate;
  check: CheckName;
  /** `refuse`: not stored. `hold`: stored as suspect and never used in calculations. `note`: stored, only reported. */
  verdict: 'refuse' | 'hold' | 'note';
  detail: string;
  /** The factor by which its prices are too high, where that is known: 100, 0.01, 5. */
  factor?: number;
  /** The doubt concerns the split that the bar declares, not its prices. */
  disbelieved?: boolean;
  /** The bar contradicts the stored closes of its own or the preceding sessions, but fits those further back. */
  corrects?: boolean;
}

export interface BarsContext {
  /**
   * Prices are as traded, so declared splits must show in them. Otherwise prices may already be adjusted for splits.
   */
  asTraded?: boolean;
  /** Stored good final closes, oldest first: of the bars' own sessions and of some before them. */
  stored?: readonly ClosingBar[];
  /** Known splits and dividends that the bars themselves don't declare. */
  actions?: readonly { session: SessionDate; splitRatio?: DecimalText | null; dividend?: DecimalText | null }[];
  /** The last session that can have begun; bars after it are from the future. */
  until?: SessionDate | null;
  currency?: string | null;
  /** Yearly volatility as a fraction, used when there are too few bars to measure it. */
  volatility?: number | null;
}

/**
 * Checks a series of daily bars for contradictions in itself, with declared actions and with what is stored. It finds
 * slips by a hundred and undeclared splits over whole stretches of sessions. A jump that a declared split or dividend
 * explains gives no finding. Findings are in session order; a session may have several.
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
  const ofGood = context.stored ? ofSeriesAfter(context.stored, good, context) : ofSeries(good, context);
  return [...refused, ...ofGood, ...slips].toSorted(bySession);
}

type Dated = { session: SessionDate };
const bySession = (a: Dated, b: Dated) => (a.session < b.session ? -1 : a.session > b.session ? 1 : 0);
const inOrder = (bars: readonly Bar[]) =>
  bars.every((bar, i) => i === 0 || (bars[i - 1] as Bar).session <= bar.session);

/** An open, high or low within this factor of the close is no slip by a hundred. */
const NEAR = 50;

/**
 * A fast path: nearly every bar passes it, for the cost of reading four numbers, and needs no further look by itself.
 */
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
  // A slip by a hundred also makes the bar inconsistent; it is reported as the slip that it is.
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
