import type { Queryable } from '../database/pool.ts';

export interface KnownRow {
  symbol: string;
  class: string | null;
  currency: string | null;
  calendar: string | null;
  status: string | null;
  probeAt: Date | null;
  volatility: number | null;
  earningsOn: string | null;
  quoteTime: Date | null;
  fetchedAt: Date | null;
  delayS: number | null;
  source: string | null;
  historyFrom: string | null;
  lastFinalBar: string | null;
  /** The first session of the last 30 days that is in doubt. Null if there is none, or if bars aren't looked at. */
  doubtedFrom: string | null;
  /**
   * If its price looks like a split: up to which session daily bars were asked about that, or empty. Null: it doesn't.
   */
  splitDoubt: string | null;
}

const IN_DOUBT = `l.quality <> 'good' and l.provenance #>> '{suspicion,check}' = 'split_gap'`;
const LAST_FINAL_BAR = '(select max(session) from daily_bars b where b.symbol = s.symbol and not b.provisional)';
/** Splits of 5:4 and less move a price less than markets do. */
const FAR = 1.2;
/**
 * A check holds it, or it lies far from the one before and nobody has told of a split yet, as some do weeks later:
 * asked for from there on, a call costs no more. What is in doubt for longer is nobody's fault of these days, and no
 * reason to read it each day.
 */
const DOUBTED_FROM = `(select min(session) from (
      select session, quality, close, split_ratio, lag(close) over (order by session) as before
      from daily_bars where symbol = s.symbol and session > current_date - 30) b
      where quality <> 'good' or split_ratio is null and (close > before * ${FAR} or before > close * ${FAR}))`;
/** Only daily bars tell whether it is a split, so every refresh wants them then. */
const LAST_IN_DOUBT = `case when ${IN_DOUBT} then ${LAST_FINAL_BAR} end`;

const NONE = 'null::date';

/** What is stored of these symbols, in their order; unknown ones with nulls. */
export async function knowSymbols(db: Queryable, symbols: string[], withBars: boolean): Promise<KnownRow[]> {
  const bars = withBars
    ? `${LAST_FINAL_BAR} as "lastFinalBar", ${DOUBTED_FROM}`
    : `${LAST_IN_DOUBT} as "lastFinalBar", ${NONE}`;
  const { rows } = await db.query<KnownRow>({
    name: withBars ? 'know-symbols-bars' : 'know-symbols',
    text: knowText('unnest($1::text[]) with ordinality as s(symbol, place)', bars),
    values: [symbols],
  });
  return rows;
}

/**
 * The same for the symbols that a refresh names, without bars, for a caller that doesn't know yet which symbols those
 * are.
 */
export async function knowNamed(db: Queryable, refreshId: string): Promise<KnownRow[]> {
  const { rows } = await db.query<KnownRow>({
    name: 'know-named',
    text: knowText(
      '(select n.symbol, n.place from refreshes r, unnest(r.symbols) with ordinality as n(symbol, place) where r.id = $1) s',
      `${LAST_IN_DOUBT} as "lastFinalBar", ${NONE}`,
    ),
    values: [refreshId],
  });
  return rows;
}

const knowText = (from: string, bars: string) => `
  select s.symbol, a.class, a.currency, a.calendar, a.status, a.probe_at as "probeAt", a.volatility,
    a.earnings_on as "earningsOn", l.quote_time as "quoteTime", l.fetched_at as "fetchedAt",
    l.delay_s as "delayS", l.source, a.history_from as "historyFrom", ${bars} as "doubtedFrom",
    case when ${IN_DOUBT} then coalesce(l.provenance #>> '{suspicion,told_to}', '') end as "splitDoubt"
  from ${from}
  left join assets a on a.symbol = s.symbol left join latest_quotes l on l.symbol = s.symbol
  order by s.place`;
