import type { Block, UsageKey, UsageStore } from './usage.ts';
import type { LedgerWindow } from './window-args.ts';

/** The opening script's argument for a long window: see `lua/open.lua.ts`. */
export interface OpeningArgs {
  totals?: number[];
  uses?: [number, number][];
}

/** A call sent at the end of a time slice may be answered this much later. */
const ANSWER_MS = 60_000;

/** The use of each long window as stored in Postgres, for a ledger that is new in Redis. */
export function openingArgs(
  key: UsageKey,
  windows: readonly LedgerWindow[],
  usage: UsageStore,
  now: number,
): Promise<OpeningArgs[]> {
  return Promise.all(
    windows.map(async ({ id, window, sliceMs, resetsAt }) => {
      const resets = resetsAt(now);
      if (resets) {
        const rows = await usage.reservedSince(key, id, new Date(resets[0]));
        const totalOf = (start: number) => rows.find((row) => row.periodStart.getTime() === start)?.total ?? 0;
        return { totals: resets.slice(0, 3).map(totalOf) };
      }
      if (!sliceMs) return {};
      const since = new Date(now - window.perSeconds * 1000 - 2 * sliceMs);
      const rows = await usage.reservedSince(key, id, since);
      return { uses: rows.map(({ periodStart, total }) => [periodStart.getTime() + sliceMs + ANSWER_MS, total]) };
    }),
  );
}

/**
 * Reserves a block of at least the missing units in Postgres. `dry`: the limit had fewer units left. For sliding
 * windows the use is only recorded, without a limit, because only Redis knows which use has left the window.
 */
export async function reserveBlock(
  key: UsageKey,
  of: LedgerWindow | undefined,
  usage: UsageStore,
  need: { missing: number; period: number; limit: number },
): Promise<{ reserved: number; dry: boolean }> {
  if (!of) throw new Error('the script named a window that there is not');
  const block: Block = {
    window: of.id,
    periodStart: new Date(need.period),
    amount: Math.max(need.missing, of.block),
    limit: of.sliceMs ? null : need.limit,
  };
  const { reserved } = await usage.reserve(key, block);
  return { reserved, dry: reserved < need.missing };
}
