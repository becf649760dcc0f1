import { freeClaims, longClaims } from '@freshet/store';
import { type Check, unseen } from './check.ts';

/** Longer than the longest call with its retries: the call that claimed is dead, and no sweeper has freed its wants. */
const ORPHANED_MS = 180_000;

/** No dead call holds wants. Freeing them is safe at any time: a call that is alive after all lands nothing, because its fence is old. */
export const claims: Check = {
  title: 'no want is held by a dead call',
  async look({ pool }) {
    if (!pool) return unseen('PostgreSQL');
    const orphaned = await longClaims(pool, ORPHANED_MS);
    if (orphaned.length === 0) return { state: 'ok', detail: 'none is' };
    return {
      state: 'trouble',
      detail: `${orphaned.length} calls of ${[...new Set(orphaned.map(({ lane }) => lane))].join(', ')} hold wants for more than 3 min`,
      todo: 'A scheduler frees them within seconds; none seems to sweep.',
      fix: async () =>
        `freed ${await freeClaims(
          pool,
          orphaned.map(({ callId }) => callId),
        )} wants`,
    };
  },
};
