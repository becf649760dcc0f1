import type { RefreshRecord } from '@freshet/contracts';
import { announceRefreshes } from './announce.ts';
import { endRefreshes } from './end.ts';
import { type Landed, nothingLanded } from './land.ts';
import { type Pool, withTx } from './pool.ts';
import { REFRESH_COLUMNS } from './refresh-columns.ts';

export interface FollowStart {
  fence: number;
  portfolios: string[];
  strategies: string[];
  /** Symbols for which this refresh stored something new. */
  updated: string[];
}

/** Takes the fence of a refresh whose fetching is over. Null: it isn't there yet, or it is over. */
export function startFollow(pool: Pool, refreshId: string): Promise<FollowStart | null> {
  return withTx(pool, async (client) => {
    const { rows } = await client.query<{ fence: number }>(
      `update refreshes set fence = fence + 1, step = 'calculating'
       where id = $1 and status = 'in_progress' and open = 0 and calculates returning fence`,
      [refreshId],
    );
    if (!rows[0]) return null;
    const { rows: items } = await client.query<{ subject: string; data: string; state: string }>(
      `select subject, data, state from refresh_items
       where refresh_id = $1 and (data in ('portfolio','strategy') and state = 'waiting' or data = 'quote' and state = 'updated')
       order by subject`,
      [refreshId],
    );
    const of = (data: string) => items.filter((item) => item.data === data).map((item) => item.subject);
    return { fence: rows[0].fence, portfolios: of('portfolio'), strategies: of('strategy'), updated: of('quote') };
  });
}

/** What a chunk of calculations brought: items settled, rows written, how far it is. False: the fence is somebody else's. */
export async function calculatedChunk(
  client: Pick<Pool, 'query'>,
  chunk: {
    refreshId: string;
    fence: number;
    items: {
      subject: string;
      data: 'portfolio' | 'strategy';
      state: 'updated' | 'skipped' | 'failed';
      reason?: string;
      detail?: string;
    }[];
    metrics: number;
    /** 0..1 */
    calculated: number;
  },
): Promise<boolean> {
  const { rows } = await client.query<RefreshRecord>(
    `with mine as (
       select id from refreshes where id = $1 and fence = $2 and status = 'in_progress' for update
     ), settled as (
       update refresh_items i set state = t.state, reason = t.reason, detail = t.detail, settled_at = clock_timestamp()
       from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) as t(subject, data, state, reason, detail), mine
       where i.refresh_id = mine.id and i.subject = t.subject and i.data = t.data and i.state = 'waiting'
       returning i.state, i.data
     )
     update refreshes r set
       done = done + (select count(*) from settled), failed = failed + (select count(*) from settled where state = 'failed'),
       portfolios = portfolios + (select count(*) from settled where state = 'updated' and data = 'portfolio'),
       metrics = metrics + $8, calculated = greatest(calculated, $9),
       seq = seq + 1, changed_at = clock_timestamp()
     from mine where r.id = mine.id returning ${REFRESH_COLUMNS}`,
    [
      chunk.refreshId,
      chunk.fence,
      chunk.items.map((item) => item.subject),
      chunk.items.map((item) => item.data),
      chunk.items.map((item) => item.state),
      chunk.items.map((item) => item.reason ?? null),
      chunk.items.map((item) => item.detail ?? null),
      chunk.metrics,
      chunk.calculated,
    ],
  );
  await announceRefreshes(client, rows);
  return rows.length > 0;
}

/** Ends a refresh whose calculations are done, if the fence is still ours. */
export function finishRefresh(pool: Pool, refreshId: string, fence: number): Promise<Landed> {
  return withTx(pool, async (client) => {
    const { rows } = await client.query(
      `select from refreshes where id = $1 and fence = $2 and status = 'in_progress' for update`,
      [refreshId, fence],
    );
    if (rows.length === 0) return nothingLanded();
    const ended = await endRefreshes(client, [refreshId]);
    return {
      ...nothingLanded(),
      ended: ended.map(({ record }) => record.id),
      changed: ended.map(({ record }) => ({ refreshId: record.id, seq: record.seq })),
      next: ended.flatMap(({ next }) => (next ? [next] : [])),
    };
  });
}
