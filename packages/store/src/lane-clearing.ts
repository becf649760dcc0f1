import { conclude, type Landed, nothingLanded } from './land.ts';
import { type Pool, withTx } from './pool.ts';
import { settleItems } from './settle-items.ts';

export interface ParkedWant {
  symbol: string;
  data: string;
  class: string;
  tried: { provider: string; reason: string }[];
}

/** At most so many in one transaction. */
const CHUNK = 2_000;

/**
 * A lane's provider can't be asked for long: wants with an open alternative move there; those that nobody can serve
 * before the refreshes' deadlines are skipped as `quota`, with the time of the next chance (failed, if it isn't quota
 * that is missing). The rest waits.
 */
export async function clearLane(
  pool: Pool,
  lane: string,
  parked: Parked,
  alternative: (want: ParkedWant) => string | null,
): Promise<Landed> {
  const all = nothingLanded();
  let after: Pick<ParkedWant, 'symbol' | 'data'> | null = { symbol: '', data: '' };
  while (after) {
    const { landed, last } = await clearChunk(pool, lane, parked, alternative, after);
    for (const name of ['changed', 'ended', 'follow', 'next'] as const) all[name].push(...(landed[name] as never[]));
    for (const [to, n] of Object.entries(landed.passedOn)) all.passedOn[to] = (all.passedOn[to] ?? 0) + n;
    after = last;
  }
  return all;
}

interface Parked {
  until: Date;
  why: { provider: string; reason: string; detail?: string };
}

/** The wants after `after`, by name; `last`: where the next ones begin, null when there are none. */
function clearChunk(
  pool: Pool,
  lane: string,
  parked: Parked,
  alternative: (want: ParkedWant) => string | null,
  after: Pick<ParkedWant, 'symbol' | 'data'>,
): Promise<{ landed: Landed; last: Pick<ParkedWant, 'symbol' | 'data'> | null }> {
  return withTx(pool, async (client) => {
    // A want is hopeless when the last of those who wait for it can't wait so long, or nobody does.
    const { rows } = await client.query<ParkedWant & { deadline: Date | null }>(
      `select w.symbol, w.data, w.class, w.tried,
         (select max(r.deadline_at) from refresh_items i join refreshes r on r.id = i.refresh_id
          where i.subject = w.symbol and i.data = w.data and i.state = 'waiting') as deadline
       from wants w where w.lane = $1 and w.call_id is null and (w.symbol, w.data) > ($2, $3)
       order by w.symbol, w.data limit ${CHUNK} for update of w skip locked`,
      [lane, after.symbol, after.data],
    );
    if (rows.length === 0) return { landed: nothingLanded(), last: null };
    const moves = rows.map((want) => ({ want, to: alternative(want) }));
    const moved = moves.filter(({ to }) => to !== null);
    await client.query(
      `update wants w set lane = t.lane, tried = w.tried || $4::jsonb, fence = w.fence + 1
       from unnest($1::text[], $2::text[], $3::text[]) as t(symbol, data, lane) where w.symbol = t.symbol and w.data = t.data`,
      [
        moved.map(({ want }) => want.symbol),
        moved.map(({ want }) => want.data),
        moved.map(({ to }) => to),
        JSON.stringify([parked.why]),
      ],
    );
    const spent = parked.why.reason === 'quota_spent' || parked.why.reason === 'rate_limited';
    const hopeless = moves.filter(({ want, to }) => to === null && (!want.deadline || want.deadline < parked.until));
    await client.query(
      `delete from wants w using unnest($1::text[], $2::text[]) as t(symbol, data) where w.symbol = t.symbol and w.data = t.data`,
      [hopeless.map(({ want }) => want.symbol), hopeless.map(({ want }) => want.data)],
    );
    const records = await settleItems(
      client,
      hopeless.map(({ want }) => ({
        subject: want.symbol,
        data: want.data,
        ...(spent
          ? { state: 'skipped' as const, reason: 'quota' }
          : { state: 'failed' as const, reason: parked.why.reason }),
        detail: parked.why.detail ?? null,
        chain: [...want.tried, parked.why],
        source: null,
        nextRefreshAt: parked.until,
        answeredAt: null,
      })),
      { provider: lane, calls: 0, touched: [] },
    );
    const landed = await conclude(client, records);
    for (const { to } of moved) if (to) landed.passedOn[to] = (landed.passedOn[to] ?? 0) + 1;
    return { landed, last: rows.length < CHUNK ? null : (rows.at(-1) ?? null) };
  });
}
