import type { RefreshRecord } from '@freshet/contracts';
import { knowNamed, type KnownRow } from './know.ts';
import { onOneConnection, type Pool } from './pool.ts';
import { loadRefresh, type WaitingBefore, waitingBefore } from './refresh-read.ts';
import { lendRank, standBehind } from './stand-behind.ts';

/** What whoever plans a refresh must know first. */
export interface BeforePlan {
  refresh: RefreshRecord | null;
  /** What is stored of the symbols that it names. */
  named: KnownRow[];
  /** Wants by lane of another refresh of its identity that is in progress, now lent its rank; null when none is. */
  twin: Record<string, number> | null;
  before: WaitingBefore;
}

/**
 * Reads it over one connection, one statement behind the other: four small ones over four connections wake four
 * backends, which on two cores takes 2 ms longer.
 */
export async function beforePlan(pool: Pool, refreshId: string): Promise<BeforePlan> {
  const [refresh, named, before, running] = await onOneConnection(pool, (client) =>
    Promise.all([
      loadRefresh(client, refreshId),
      knowNamed(client, refreshId),
      waitingBefore(client, refreshId),
      // Last, for it may wait for a lock.
      standBehind(client, refreshId),
    ]),
  );
  return { refresh, named, before, twin: running && (await lendRank(pool, running)) };
}
