import { textArray } from '../database/binary-array.ts';
import type { Client } from '../database/pool.ts';

export interface PlannedWant {
  symbol: string;
  data: string;
  class: string;
  lane: string;
  freshAfter: Date;
  from?: string;
  to?: string;
}

/** Rows per statement. What one statement sends is held in memory several times over. */
export const ROWS_AT_ONCE = 5_000;

/**
 * Writes a refresh's wants at its rank, or joins those that exist. They take turns as wants of `owner`, or by default
 * of the refresh's own user. Returns how many of them wait in each lane.
 */
export async function upsertWants(
  client: Client,
  wants: PlannedWant[],
  { id, owner }: { id: string; owner?: string },
): Promise<Record<string, number>> {
  const sorted = wants.toSorted((one, other) => compare(one.symbol, other.symbol) || compare(one.data, other.data));
  const places = placesOf(sorted);
  const waiting: Record<string, number> = {};
  // Where the turns begin, by lane and data. The first part finds it out, for all parts.
  const bases: Record<string, Record<string, number>> = {};
  for (let i = 0; i < sorted.length; i += ROWS_AT_ONCE) {
    const part = sorted.slice(i, i + ROWS_AT_ONCE);
    const { rows } = await client.query<{ lane: string; data: string; n: number; base: number | null }>({
      name: 'upsert-wants',
      text: UPSERT_WANTS,
      values: [
        textArray(part.map((want) => want.symbol)),
        textArray(part.map((want) => want.data)),
        textArray(part.map((want) => want.class)),
        textArray(part.map((want) => want.lane)),
        part.map((want) => want.freshAfter.toISOString()),
        part.map((want) => want.from ?? null),
        part.map((want) => want.to ?? null),
        id,
        owner ?? null,
        places.slice(i, i + ROWS_AT_ONCE),
        bases,
      ],
    });
    for (const { lane, data, n, base } of rows) {
      waiting[lane] = (waiting[lane] ?? 0) + n;
      if (base !== null) (bases[lane] ??= {})[data] ??= base;
    }
  }
  return waiting;
}

/** The place of each want in its lane, from 1, quotes before the rest. */
function placesOf(wants: PlannedWant[]): number[] {
  const last: Record<string, number> = {};
  const places: number[] = [];
  for (const quotes of [true, false])
    wants.forEach(({ data, lane }, i) => {
      if ((data === 'quote') === quotes) places[i] = last[lane] = (last[lane] ?? 0) + 1;
    });
  return places;
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

/**
 * A user's wants get consecutive turns, beginning where the wants of their rank stand in the lane now. So a user with
 * one want goes before the second want of a user who came with a thousand. A user's quotes don't wait behind the same
 * user's history, even if that was asked for first: a price is wanted now, and two years of bars may take minutes.
 */
const UPSERT_WANTS = `
  with input as (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::date[], $7::date[], $10::int[])
      as t(symbol, data, class, lane, fresh_after, from_session, to_session, place)
  ), asker as materialized (
    select id, rank, coalesce($9, user_id, source) as owner from refreshes where id = $8
  ), lanes as materialized (
    select l.lane, l.data, a.*, coalesce(($11::jsonb -> l.lane ->> l.data)::bigint, greatest(
      coalesce((select min(turn) from wants w where w.lane = l.lane and w.call_id is null and w.rank = a.rank), 0) - 1,
      coalesce((select max(turn) from wants w where w.lane = l.lane and w.owner = a.owner and w.data = 'quote' and w.rank = a.rank), 0),
      coalesce((select max(turn) from wants w where w.lane = l.lane and w.owner = a.owner and w.data = l.data and w.rank = a.rank), 0))) as base
    from (select distinct lane, data from input) l cross join asker a
  ), upserted as (
    insert into wants as w (symbol, data, class, lane, rank, turn, owner, fresh_after, from_session, to_session, refresh_id)
    select i.symbol, i.data, i.class, i.lane, l.rank, l.base + i.place,
           l.owner, i.fresh_after, i.from_session, i.to_session, l.id
    from input i join lanes l using (lane, data) order by i.symbol, i.data
    on conflict (symbol, data) do update set
      turn = case when excluded.rank < w.rank or w.resting then excluded.turn else least(w.turn, excluded.turn) end,
      owner = case when excluded.rank < w.rank or w.resting then excluded.owner else w.owner end,
      rank = case when w.resting then excluded.rank else least(w.rank, excluded.rank) end,
      fresh_after = greatest(w.fresh_after, excluded.fresh_after),
      from_session = least(w.from_session, excluded.from_session),
      to_session = greatest(w.to_session, excluded.to_session),
      lane = case when w.resting then excluded.lane else w.lane end,
      tried = case when w.resting then '[]' else w.tried end,
      claims = case when w.resting then 0 else w.claims end,
      batch_cap = case when w.resting then null else w.batch_cap end,
      since = case when w.resting then clock_timestamp() else w.since end,
      refresh_id = case when w.resting then excluded.refresh_id else w.refresh_id end,
      fence = w.fence + w.resting::int,
      call_id = case when w.resting then null else w.call_id end,
      resting = false
    returning w.lane, w.data, w.call_id
  )
  select u.lane, u.data, (count(*) filter (where u.call_id is null))::int as n, max(l.base) as base
  from upserted u left join lanes l using (lane, data) group by u.lane, u.data`;
