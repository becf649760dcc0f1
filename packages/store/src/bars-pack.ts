import { adjustmentFactors, type Bar, type SessionDate, type TradedClose, volatilityOf } from '@freshet/market';

/** The sessions of one symbol on their way into the store, as one answer has them. */
export interface BarsRow {
  symbol: string;
  source: string;
  currency: string | null;
  fetchedAt: Date;
  refreshId: string | null;
  /** The first session that was asked for: what there is no bar of since then, there is none of. */
  askedFrom: SessionDate | null;
  /** In any order; each session once. */
  bars: readonly Bar[];
  /** Sessions that weren't over when the answer came. */
  provisional: ReadonlySet<SessionDate>;
  /** Sessions that a check holds. */
  suspect: ReadonlySet<SessionDate>;
}

/** A series as the statement that stores it takes it. */
export interface PackedBars
  extends Pick<BarsRow, 'symbol' | 'source' | 'currency' | 'fetchedAt' | 'refreshId' | 'askedFrom'> {
  first: SessionDate | undefined;
  last: SessionDate | undefined;
  /** It tells of a split or a dividend. */
  acted: boolean;
  volatility: number | null;
  /** Each as Postgres writes an array; null where the column's default is meant. */
  columns: (Buffer | null)[];
}

/**
 * Packs a series as soon as it is known what is stored of it: what waits for others to land is then a few buffers, and
 * not thousands of objects.
 */
export function packBars(row: BarsRow): PackedBars {
  const { symbol, source, currency, fetchedAt, refreshId, askedFrom, suspect } = row;
  const series = { ...row, bars: ordered(row.bars) };
  const { bars } = series;
  return {
    ...{ symbol, source, currency, fetchedAt, refreshId, askedFrom },
    first: bars[0]?.session,
    last: bars.at(-1)?.session,
    acted: hasActions(series),
    volatility: volatilityOf(suspect.size > 0 ? bars.filter(({ session }) => !suspect.has(session)) : bars),
    columns: COLUMNS.map((column) => literal(column(series))),
  };
}

function ordered(bars: readonly Bar[]): readonly Bar[] {
  const inOrder = bars.every(({ session }, i) => i === 0 || (bars[i - 1] as Bar).session < session);
  return inOrder ? bars : bars.toSorted((a, b) => (a.session < b.session ? -1 : 1));
}

/**
 * One list of a series as Postgres writes an array; null when it says nothing, so that the column's default is meant.
 */
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
  // Those of the landing alone: right as they are when it is the whole series.
  (series) => (hasActions(series) ? adjustmentFactors(judged(series)) : null),
];

const hasActions = ({ bars }: BarsRow) => bars.some(({ splitRatio, dividend }) => splitRatio || dividend);

const judged = ({ bars, suspect }: BarsRow): TradedClose[] =>
  bars.map(({ session, close, splitRatio = null, dividend = null }) => ({
    ...{ close, splitRatio, dividend },
    quality: suspect.has(session) ? 'suspect' : 'good',
  }));

/**
 * Dates, decimals, marks: a value that isn't one of these makes no array, or one of another length, and the statement
 * fails.
 */
function literal(column: readonly (string | null)[] | null): Buffer | null {
  if (!column) return null;
  const values = column.includes(null) ? column.map((value) => value ?? 'NULL') : column;
  return Buffer.from(`{${values.join()}}`);
}
