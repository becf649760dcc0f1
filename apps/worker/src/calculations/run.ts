import type { Calculations } from '@freshet/refresh';
import { calculatedChunk, type Pool, withTx } from '@freshet/store';
import { valueChunk } from './value-chunk.ts';

/** Portfolios of one commit: small enough that progress moves and a lost fence costs little. */
const CHUNK = 100;

/**
 * The calculations that follow a refresh, chunk by chunk; each chunk is one commit that names the fence, so that a run
 * that was taken for dead changes nothing any more.
 */
export function createCalculations(pool: Pool, now: () => Date): Calculations {
  return {
    async run({ refreshId, fence, portfolios, strategies, signal }) {
      const total = portfolios.length + strategies.length;
      let finished = 0;
      for (let i = 0; i < portfolios.length; i += CHUNK) {
        signal.throwIfAborted();
        const ids = portfolios.slice(i, i + CHUNK);
        finished += ids.length;
        const ours = await withTx(pool, async (client) => {
          const items = await valueChunk(client, ids, refreshId, now());
          return calculatedChunk(client, { refreshId, fence, items, metrics: 0, calculated: finished / total });
        });
        if (!ours) return;
      }
    },
  };
}
