import { adjustmentFactors, type Bar, type SessionDate, type TradedClose, volatilityOf } from '@freshet/market';

/** The bars of one symbol from one answer, on their way into the store. */
export interface BarsRow {
  symbol: string;
  source: string;
  currency: string | null;
  fetchedAt: Date;
  refreshId: string | null;
  /** The first session that was asked for. Sessions since then that have no bar here don't have one. */
  askedFrom: SessionDate | null;
  /** In any order; each session once. */
  bars: readonly Bar[];
  /** The sessions that weren't over when the answer came. */
  provisional: ReadonlySet<SessionDate>;
  /** The sessions that a check holds. */
  suspect: ReadonlySet<SessionDate>;
}

/** A series in the form that the storing statement takes. */
export interface PackedBars
  extends Pick<BarsRow, 'symbol' | 'source' | 'currency' | 'fetchedAt' | 'refreshId' | 'askedFrom'> {
  first: SessionDate | undefined;
  /** It includes a split or a dividend. */
  acted: boolean;
  volatility: number | null;
  /** Each as a Postgres array literal; null for the column's default. */
  columns: (Buffer | null)[];
}

/**
 * Packs a series as soon as it is known what is stored of it, so that a series that waits to land together with others
 * is a few buffers and not thousands of objects.
 */
export function packBars(row: BarsRow): PackedBars {
  const { symbol, source, currency, fetchedAt, refreshId, askedFrom, suspect } = row;
  const series = { ...row, bars: ordered(row.bars) };
  const { bars } = series;
  return {
    ...{ symbol, source, currency, fetchedAt, refreshId, askedFrom },
    first: bars[0]?.session,
    acted: hasActions(series),
    volatility: volatilityOf(suspect.size > 0 ? bars.filter(({ session }) => !suspect.has(session)) : bars),
    columns: COLUMNS.map((column) => literal(column(series))),
  };
}

function ordered(bars: readonly Bar[]): readonly Bar[] {
  const inOrder = bars.every(({ session }, i) => i === 0 || (bars[i - 1] as Bar).session < session);
  return inOrder ? bars : bars.toSorted((a, b) => (a.session < b.session ? -1 : 1));
}

/** One list of a series as a Postgres array literal; null if it has no values, for the column's default. */
type Column = (series: BarsRow) => readonly (string | null)[] | null;

export const COLUMNS: readonly Column[] = [
  ({ bars }) => bars.map(({ session }) => session),
  ({ bars }) => bars.map(({ open }) => open),
  ({ bars }) => bars.map(({ high }) => high),
  ({ bars }) => bars.map(({ low }) => low),
  ({ bars }) => bars.map(({ close }) => close),
  ({ bars }) => bars.map(({ volume }) => volume),
  ({ bars }) => (bars.some(({ splitRatio }) => splitRatio) ? bars.map(({ splitRatio }) => splitRatio ?? null) : null),
  ({ bars }) => (bars.some(({ dividend }) => dividend) ? bars.map(({ dividend }) => dividend ?? null) : null),
  ({ bars, provisional }) =>
    provisional.size > 0 ? bars.map(({ session }) => String(provisional.has(session))) : null,
  ({ bars, suspect }) =>
    suspect.size > 0 ? bars.map(({ session }) => (suspect.has(session) ? 'suspect' : 'good')) : null,
  // Computed from this landing alone: they are right if it is the whole series.
  (series) => (hasActions(series) ? adjustmentFactors(judged(series)) : null),
];

const hasActions = ({ bars }: BarsRow) => bars.some(({ splitRatio, dividend }) => splitRatio || dividend);

const judged = ({ bars, suspect }: BarsRow): TradedClose[] =>
  bars.map(({ session, close, splitRatio = null, dividend = null }) => ({
    ...{ close, splitRatio, dividend },
    quality: suspect.has(session) ? 'suspect' : 'good',
  }));

/**
 * For dates, decimals and marks, which need no quoting. Any other value makes a malformed array, or one of another
 * length, and the statement fails.
 */
function literal(column: readonly (string | null)[] | null): Buffer | null {
  if (!column) return null;
  const values = column.includes(null) ? column.map((value) => value ?? 'NULL') : column;
  return Buffer.from(`{${values.join()}}`);
}
