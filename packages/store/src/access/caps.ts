import type { Actor } from './audit.ts';
import type { Client } from '../database/pool.ts';

/**
 * How much of each a person may have at once: far more than people need. Without caps, one key could make the
 * schedules, which ask for everything that is watched or held, spend everybody's quota on invented symbols.
 */
const CAPS = {
  watchlists: { most: 100, count: 'select count(*) as n from watchlists where user_id = $1' },
  'watched symbols': {
    most: 2_000,
    count: `select count(distinct i.symbol) as n from watchlist_items i join watchlists w on w.id = i.watchlist_id
            where w.user_id = $1`,
  },
  portfolios: { most: 200, count: 'select count(*) as n from portfolios where user_id = $1' },
  holdings: {
    most: 5_000,
    count: 'select count(*) as n from holdings h join portfolios p on p.id = h.portfolio_id where p.user_id = $1',
  },
  'webhook endpoints': { most: 50, count: 'select count(*) as n from webhook_endpoints where user_id = $1' },
  triggers: { most: 50, count: 'select count(*) as n from webhook_triggers where user_id = $1' },
} as const;

export type Capped = keyof typeof CAPS;

/** Thrown when a write would exceed what a person may have. Nothing was written. */
export class CapReached extends Error {
  override name = 'CapReached';

  constructor(what: Capped, would: number) {
    super(`That would make ${would} ${what}; ${CAPS[what].most} is the most. Remove what isn't needed.`);
  }
}

/** The roles whose keys work for the installation rather than for a person. */
const UNCAPPED: readonly string[] = ['admin', 'system'];

/**
 * Does a write that may add to what `userId` has (null: it is nobody's, and not counted). The count is taken under a
 * lock of that person, in the transaction that writes, so that concurrent requests can't pass together. A person who
 * has more already may change things, but not add any.
 * @throws CapReached
 */
export async function withinCaps<T>(
  client: Client,
  { userId, actor }: { userId: string | null; actor: Actor },
  what: readonly Capped[],
  write: () => Promise<T>,
): Promise<T> {
  if (userId === null || UNCAPPED.includes(actor.role)) return write();
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 7306))', [userId]);
  const before = await counted(client, userId, what);
  const done = await write();
  const after = await counted(client, userId, what);
  what.forEach((each, i) => {
    const [was = 0, is = 0] = [before[i], after[i]];
    if (is > CAPS[each].most && is > was) throw new CapReached(each, is);
  });
  return done;
}

async function counted(client: Client, userId: string, what: readonly Capped[]): Promise<number[]> {
  const answers = await Promise.all(what.map((each) => client.query<{ n: number }>(CAPS[each].count, [userId])));
  return answers.map(({ rows }) => rows[0]?.n ?? 0);
}
