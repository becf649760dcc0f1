import type { Client } from '../database/pool.ts';
import type { CalledEnd } from './want-end.ts';

/**
 * When the answer came that settles the items of this want. Null: it settles all of them, however fresh they want it.
 */
export function answeredAt({ item, receivedAt }: CalledEnd): Date | null {
  return item?.answeredAt ?? (item?.state === 'updated' ? receivedAt : null);
}

/**
 * Looks up the want of each `t` by its key, so that it is changed at the place where it was found. The planner's
 * statistics may say that there are few wants, as there are none whenever nothing is refreshed: left alone it reads all
 * of them, or (without `|| ''`) all of the same data by another index. The wants are locked by then, so their places
 * don't change.
 */
const OWN = `lateral (
  select o.ctid as place, o.fresh_after from wants o where o.symbol = t.symbol and o.data || '' = t.data offset 0) own`;

/** A want that waits in its lane again. */
export interface WaitingAgain {
  lane: string;
  rank: number;
}

/**
 * Does to each want what its end says. A want that was joined meanwhile by somebody who asks for something fresher than
 * this answer isn't deleted: it waits again as if it were new. Returns these wants.
 */
export async function moveWants(client: Client, ends: CalledEnd[]): Promise<WaitingAgain[]> {
  const deleted = ends.filter(({ want }) => want.do === 'delete');
  const kept = ends.filter(({ want }) => want.do !== 'delete');
  const { rows: waitAgain } = await client.query<WaitingAgain>({
    name: 'delete-wants',
    text: `with t as (select * from unnest($1::text[], $2::text[], $3::timestamptz[]) as t(symbol, data, answered_at)),
             found as materialized (select t.answered_at, own.* from t, ${OWN}),
             gone as (delete from wants w using found f where w.ctid = f.place
                      and (f.answered_at is null or f.fresh_after <= f.answered_at))
           update wants w set call_id = null, claims = 0, tried = '[]', held = null, batch_cap = null, fence = fence + 1 from found f
           where w.ctid = f.place and f.fresh_after > f.answered_at returning w.lane, w.rank`,
    values: [
      deleted.map((end) => end.symbol),
      deleted.map((end) => end.data),
      deleted.map((end) => answeredAt(end)?.toISOString() ?? null),
    ],
  });
  if (kept.length === 0) return waitAgain;
  await client.query({
    name: 'move-wants',
    text: `update wants w set
             lane = coalesce(t.lane, w.lane),
             tried = case when t.rests then '[]' when t.because is null then w.tried else (
               select coalesce(jsonb_agg(o order by n), '[]') from jsonb_array_elements(w.tried) with ordinality as e(o, n)
               where o ->> 'provider' <> t.lane) || t.because end,
             call_id = case when t.rests or t.stays then w.call_id end, resting = t.rests,
             claims = case when t.lane is null and not t.rests then greatest(w.claims - 1, 0) else 0 end,
             batch_cap = t.batch_cap, fence = w.fence + 1, held = coalesce(t.held, w.held)
           from unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::bool[], $6::int[], $7::jsonb[], $8::bool[])
             as t(symbol, data, lane, because, rests, batch_cap, held, stays), ${OWN}
           where w.ctid = own.place`,
    values: [
      kept.map((end) => end.symbol),
      kept.map((end) => end.data),
      kept.map(({ want }) => (want.do === 'move' ? want.lane : null)),
      kept.map(({ want }) => (want.do === 'move' ? JSON.stringify([want.because]) : null)),
      kept.map(({ want }) => want.do === 'rest'),
      kept.map(({ want }) => (want.do === 'release' ? want.batchCap : null)),
      kept.map(({ want }) => (want.do === 'move' && want.held ? JSON.stringify(want.held) : null)),
      kept.map(({ want }) => want.do === 'keep'),
    ],
  });
  return waitAgain;
}
