import type { Pool } from '../database/pool.ts';

export interface QueueRoom {
  /** This many more refreshes are open. */
  taken(n: number): void;
  /** Whether one more may be accepted. */
  free(): Promise<boolean>;
}

/**
 * Whether one more refresh may be accepted. Counting all open rows at each accept would cost more than accepting. So
 * they are counted at most every half second, and the accepts of this process since then are added: the limit
 * is exceeded at most by what other processes accept in that time.
 */
export function createQueueRoom(pool: Pool, max: number): QueueRoom {
  let open = 0;
  let countedAtMs = 0;
  let counting: Promise<void> | null = null;

  async function count(): Promise<void> {
    const { rows } = await pool.query<{ n: number }>({
      name: 'count-open',
      text: `select count(*)::int as n from (select from refreshes where status in ('queued','in_progress') limit $1) o`,
      values: [max + 1],
    });
    open = rows[0]?.n ?? 0;
    countedAtMs = Date.now();
  }

  return {
    taken: (n) => {
      open += n;
    },
    async free() {
      if (Date.now() - countedAtMs > 500) {
        counting ??= count().finally(() => {
          counting = null;
        });
        // Far from the limit nobody waits for the count.
        if (open > max * 0.9) await counting;
        else counting.catch(() => {});
      }
      return open < max;
    },
  };
}
