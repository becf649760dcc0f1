import type { RefreshRecord } from '@freshet/contracts';
import { knowNamed, type KnownRow } from './know.ts';
import { onOneConnection, type Pool } from '../database/pool.ts';
import { loadRefresh, type WaitingBefore, waitingBefore } from '../refreshes/refresh-read.ts';
import { lendRank, standBehind } from './stand-behind.ts';

/** What a planner reads before it plans a refresh. */
export interface BeforePlan {
  refresh: RefreshRecord | null;
  /** What is stored of the symbols that it names. */
  named: KnownRow[];
  /**
   * If another refresh of the same identity is in progress: its wants by lane, which have been lent the rank. Else
   * null.
   */
  twin: Record<string, number> | null;
  before: WaitingBefore;
}

/**
 * Reads it over one connection, one statement behind the other. Four small statements over four connections would wake
 * four backends, which takes 2 ms longer on two cores.
 */
export async function beforePlan(pool: Pool, refreshId: string): Promise<BeforePlan> {
  const [refresh, named, before, running] = await onOneConnection(pool, (client) =>
    Promise.all([
      loadRefresh(client, refreshId),
      knowNamed(client, refreshId),
      waitingBefore(client, refreshId),
      // Last, because it may wait for a lock.
      standBehind(client, refreshId),
    ]),
  );
  return { refresh, named, before, twin: running && (await lendRank(pool, running)) };
}
