import type { Client } from './pool.ts';

/** Thrown to undo a slice's work: another refresh runs this strategy, and for longer than a lock is waited for. */
export class StrategyInHand extends Error {
  override name = 'StrategyInHand';
}

const LOCK_TIMEOUT = '55P03';

/**
 * Takes a strategy into this transaction, until which nobody else runs it: what is read of it from now on includes what the run before has
 * applied, so that a rebalancing that two refreshes find due is made once. Not its row: who edits it needn't wait for arithmetic.
 * Who takes several takes them by id, and before any row that refreshes share, so that nobody waits in a circle.
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
