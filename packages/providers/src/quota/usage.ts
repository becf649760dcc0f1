/**
 * The part of the ledger that survives a loss of Redis: the units reserved of windows longer than an hour, and the
 * epoch (the lifetime of Redis's memory) that the ledger belongs to. `store` keeps it in Postgres, in `provider_usage`.
 */
export interface UsageStore {
  /**
   * Records, before any grant, that this key's ledger lives in the Redis memory that began at `epoch`. `wiped`: an
   * earlier epoch is known, so that its contents are lost. Idempotent: every process gets the same answer for an epoch.
   *
   * In SQL: a row of window `epoch`, `period_start` = epoch, `reserved` = 1 if an earlier such row exists, else 0,
   * inserted `on conflict do nothing` and read back; older epochs but the last may be deleted.
   */
  adopt(key: UsageKey, epoch: Date): Promise<{ wiped: boolean }>;

  /**
   * Adds `amount` to what is reserved of one period, up to `limit` in total (null: without bound), in one statement.
   * `reserved` is how much was added: less than asked, down to 0, when the limit is near.
   */
  reserve(key: UsageKey, block: Block): Promise<{ reserved: number; total: number }>;

  /** The units reserved in all periods of a window that began at or after `since`. */
  reservedSince(key: UsageKey, window: string, since: Date): Promise<{ periodStart: Date; total: number }[]>;
}

/** `keyHash` is a hash of the provider's key: another key has other quotas. */
export interface UsageKey {
  provider: string;
  keyHash: string;
}

export interface Block {
  /** The window's id, as `windowId` names it. */
  window: string;
  periodStart: Date;
  amount: number;
  limit: number | null;
}

/** Usage kept in this process's memory, for simulations and for tools without a database. */
export function usageInMemory(): UsageStore {
  const epochs = new Map<string, Date[]>();
  const totals = new Map<string, Map<number, number>>();
  return {
    async adopt({ provider, keyHash }, epoch) {
      const known = epochs.get(`${provider} ${keyHash}`) ?? [];
      if (!known.some((one) => one.getTime() === epoch.getTime())) known.push(epoch);
      epochs.set(`${provider} ${keyHash}`, known);
      return { wiped: known[0]?.getTime() !== epoch.getTime() };
    },
    async reserve({ provider, keyHash }, { window, periodStart, amount, limit }) {
      const name = `${provider} ${keyHash} ${window}`;
      const periods = totals.get(name) ?? new Map<number, number>();
      totals.set(name, periods);
      const before = periods.get(periodStart.getTime()) ?? 0;
      const reserved = Math.max(0, Math.min(amount, (limit ?? Number.POSITIVE_INFINITY) - before));
      periods.set(periodStart.getTime(), before + reserved);
      return { reserved, total: before + reserved };
    },
    async reservedSince({ provider, keyHash }, window, since) {
      const periods = totals.get(`${provider} ${keyHash} ${window}`) ?? new Map<number, number>();
      return [...periods]
        .filter(([start]) => start >= since.getTime())
        .map(([start, total]) => ({ periodStart: new Date(start), total }));
    },
  };
}
