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
  barCount: number | null;
  firstBar: string | null;
  lastBar: string | null;
  lastFinalBar: string | null;
}

/** What is stored of these symbols, in their order; unknown ones with nulls. */
export async function knowSymbols(db: Queryable, symbols: string[], withBars: boolean): Promise<KnownRow[]> {
  const bars = withBars
    ? `left join lateral (select count(*)::int as n, min(session) as first, max(session) as last,
         max(session) filter (where not provisional) as last_final from daily_bars b where b.symbol = s.symbol) b on true`
    : `cross join (select null::int as n, null::date as first, null::date as last, null::date as last_final) b`;
  const { rows } = await db.query<KnownRow>({
    name: withBars ? 'know-symbols-bars' : 'know-symbols',
    text: `select s.symbol, a.class, a.currency, a.calendar, a.status, a.probe_at as "probeAt", a.volatility,
             a.earnings_on as "earningsOn", l.quote_time as "quoteTime", l.fetched_at as "fetchedAt",
             l.delay_s as "delayS", l.source, b.n as "barCount", b.first as "firstBar", b.last as "lastBar",
             b.last_final as "lastFinalBar"
           from unnest($1::text[]) with ordinality as s(symbol, place)
           left join assets a on a.symbol = s.symbol left join latest_quotes l on l.symbol = s.symbol ${bars}
           order by s.place`,
    values: [symbols],
  });
  return rows;
}

/** Sessions of which a final bar is held. */
export async function sessionsHeld(db: Queryable, symbol: string, from: string, to: string): Promise<string[]> {
  const { rows } = await db.query<{ session: string }>({
    name: 'sessions-held',
    text: `select session from daily_bars where symbol = $1 and session between $2 and $3 and not provisional order by session`,
    values: [symbol, from, to],
  });
  return rows.map((row) => row.session);
}
