import { type Accepted, acceptUnlimited, type RefreshToAccept } from './accept.ts';
import { again, type Pool } from '../database/pool.ts';

/** What ringing an accepted refresh takes. `raised`: its job waits already, at a worse rank. */
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
 * Gathers the accepts of one turn of the event loop into one statement, and passes all that were accepted to `accepted`
 * at once: a thousand concurrent callers cost a few round trips instead of a thousand.
 */
export function createAcceptBatch(
  pool: Pool,
  options: { accepted(batch: AcceptedToRing[]): void },
): (refresh: RefreshToAccept) => Promise<Accepted> {
  let waiting: Waiting[] = [];

  async function flush(): Promise<void> {
    const batch = waiting;
    waiting = [];
    // One statement can't hold an identity twice: later ones join in a statement of their own.
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
