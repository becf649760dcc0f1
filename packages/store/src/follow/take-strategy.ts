import type { Client } from '../database/pool.ts';

/** Thrown to undo a slice's work: another refresh has been running this strategy for longer than the lock timeout. */
export class StrategyInHand extends Error {
  override name = 'StrategyInHand';
}

const LOCK_TIMEOUT = '55P03';

/**
 * Takes a strategy into this transaction: nobody else runs it until that ends. What is read of it from now on includes
 * what the previous run applied, so a rebalancing that two refreshes find due is made once. Its row isn't locked: an
 * edit needn't wait for arithmetic. To avoid deadlocks, several strategies are taken in the order of their ids, and
 * before any row that refreshes share.
 *
 * @throws StrategyInHand
 */
export async function takeStrategy(client: Client, id: string): Promise<void> {
  try {
    await client.query({
      name: 'take-strategy',
      text: `select pg_advisory_xact_lock(hashtext('run strategy'), hashtext($1))`,
      values: [id],
    });
  } catch (error) {
    if ((error as { code?: string }).code === LOCK_TIMEOUT) throw new StrategyInHand(id, { cause: error });
    throw error;
  }
}
