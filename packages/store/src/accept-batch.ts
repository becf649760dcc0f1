import { type Accepted, acceptUnlimited, type RefreshToAccept } from './accept.ts';
import { again, type Pool } from './pool.ts';

/** What a ring says of an accepted refresh; `raised`: it waits already, at a worse rank. */
export interface AcceptedToRing {
  id: string;
  rank: number;
  raised: boolean;
  traceparent: string | null;
}

interface Waiting {
  refresh: RefreshToAccept;
  resolve(accepted: Accepted): void;
  reject(error: unknown): void;
}

/**
 * Gathers the accepts of one turn of the event loop into one statement, and tells `accepted` of all that were accepted
 * at once: a thousand callers at a time cost a few round trips instead of a thousand.
 */
export function createAcceptBatch(
  pool: Pool,
  options: { accepted(batch: AcceptedToRing[]): void },
): (refresh: RefreshToAccept) => Promise<Accepted> {
  let waiting: Waiting[] = [];

  async function flush(): Promise<void> {
    const batch = waiting;
    waiting = [];
    // The same identity twice in one statement can't be: later ones join in a statement of their own.
    const rounds: Map<string, Waiting>[] = [];
    for (const each of batch) {
      let round = rounds.find((taken) => !taken.has(each.refresh.identity));
      if (!round) rounds.push((round = new Map()));
      round.set(each.refresh.identity, each);
    }
    for (const round of rounds) await accept([...round.values()]);
  }

  async function accept(batch: Waiting[]): Promise<void> {
    try {
      const refreshes = batch.map((each) => each.refresh);
      const results = await again(() => acceptUnlimited(pool, refreshes));
      options.accepted(
        results.flatMap((r, i) => {
          if (r.outcome === 'limited') return [];
          const traceparent = batch[i]?.refresh.traceparent ?? null;
          return [{ id: r.id, rank: r.rank, raised: r.raised, traceparent }];
        }),
      );
      batch.forEach((each, i) => each.resolve(results[i] as Accepted));
    } catch (error) {
      for (const each of batch) each.reject(error);
    }
  }

  return (refresh) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(() => void flush());
      waiting.push({ refresh, resolve, reject });
    });
}
