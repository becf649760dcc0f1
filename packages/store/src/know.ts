import type { Queryable } from './pool.ts';

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
  /** The first bar of the last 30 days that a check holds; null where bars aren't looked at. */
  heldFrom: string | null;
  /** Its price looks like a split: up to which session daily bars were asked about that, or empty. Null: it doesn't. */
  splitDoubt: string | null;
}

const IN_DOUBT = `l.quality <> 'good' and l.provenance #>> '{suspicion,check}' = 'split_gap'`;
const LAST_FINAL_BAR = '(select max(session) from daily_bars b where b.symbol = s.symbol and not b.provisional)';
/** What is held longer is nobody's fault of these days, and no reason to read it each day. */
const HELD_FROM = `(select min(session) from daily_bars b
      where b.symbol = s.symbol and b.session > current_date - 30 and b.quality <> 'good')`;
/** Only daily bars tell whether it is a split, so that every refresh wants them then. */
const LAST_IN_DOUBT = `case when ${IN_DOUBT} then ${LAST_FINAL_BAR} end`;

const NONE = 'null::date';

/** What is stored of these symbols, in their order; unknown ones with nulls. */
export async function knowSymbols(db: Queryable, symbols: string[], withBars: boolean): Promise<KnownRow[]> {
  const bars = withBars
    ? `${LAST_FINAL_BAR} as "lastFinalBar", ${HELD_FROM}`
    : `${LAST_IN_DOUBT} as "lastFinalBar", ${NONE}`;
  const { rows } = await db.query<KnownRow>({
    name: withBars ? 'know-symbols-bars' : 'know-symbols',
    text: knowText('unnest($1::text[]) with ordinality as s(symbol, place)', bars),
    values: [symbols],
  });
  return rows;
}

/** The same of the symbols that a refresh names, without bars: for who doesn't know yet which those are. */
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
    l.delay_s as "delayS", l.source, a.history_from as "historyFrom", ${bars} as "heldFrom",
    case when ${IN_DOUBT} then coalesce(l.provenance #>> '{suspicion,told_to}', '') end as "splitDoubt"
  from ${from}
  left join assets a on a.symbol = s.symbol left join latest_quotes l on l.symbol = s.symbol
  order by s.place`;
