import type { Pool } from '../database/pool.ts';

interface UsageKey {
  provider: string;
  keyHash: string;
}

/** The daily and monthly use of provider keys, for the quota ledger. Redis may forget it, Postgres may not. */
export function createUsage(pool: Pool) {
  return {
    /**
     * One row for each Redis memory that the ledger has lived in. A later row means that the earlier memory was lost.
     */
    async adopt({ provider, keyHash }: UsageKey, epoch: Date): Promise<{ wiped: boolean }> {
      const key = [provider, keyHash, epoch.toISOString()];
      await pool.query(
        `insert into provider_usage (provider, key_hash, "window", period_start, reserved)
         values ($1, $2, 'epoch', $3, (select case when exists (
           select from provider_usage where provider = $1 and key_hash = $2 and "window" = 'epoch' and period_start <> $3) then 1 else 0 end))
         on conflict do nothing`,
        key,
      );
      // A statement of its own: the one above doesn't see a row that another worker writes at the same moment.
      const { rows } = await pool.query<{ wiped: boolean }>(
        `select reserved > 0 as wiped from provider_usage
         where provider = $1 and key_hash = $2 and "window" = 'epoch' and period_start = $3`,
        key,
      );
      return { wiped: rows[0]?.wiped ?? true };
    },

    /** The row is locked by the upsert, so that two workers can't both take the last of a period. */
    async reserve(
      { provider, keyHash }: UsageKey,
      block: { window: string; periodStart: Date; amount: number; limit: number | null },
    ): Promise<{ reserved: number; total: number }> {
      await pool.query(
        `insert into provider_usage (provider, key_hash, "window", period_start, reserved) values ($1, $2, $3, $4, 0) on conflict do nothing`,
        [provider, keyHash, block.window, block.periodStart.toISOString()],
      );
      const { rows } = await pool.query<{ total: number; added: number }>(
        `with held as (
           select reserved from provider_usage
           where provider = $1 and key_hash = $2 and "window" = $3 and period_start = $4 for update
         )
         update provider_usage u set updated_at = now(),
           reserved = u.reserved + greatest(0, least($5::float8, coalesce($6::float8, 'Infinity') - held.reserved))
         from held
         where u.provider = $1 and u.key_hash = $2 and u."window" = $3 and u.period_start = $4
         returning u.reserved as total, greatest(0, least($5::float8, coalesce($6::float8, 'Infinity') - held.reserved)) as added`,
        [provider, keyHash, block.window, block.periodStart.toISOString(), block.amount, block.limit],
      );
      return { reserved: rows[0]?.added ?? 0, total: rows[0]?.total ?? 0 };
    },

    async reservedSince(
      { provider, keyHash }: UsageKey,
      window: string,
      since: Date,
    ): Promise<{ periodStart: Date; total: number }[]> {
      const { rows } = await pool.query<{ periodStart: Date; total: number }>(
        `select period_start as "periodStart", reserved as total from provider_usage
         where provider = $1 and key_hash = $2 and "window" = $3 and period_start >= $4 order by period_start`,
        [provider, keyHash, window, since.toISOString()],
      );
      return rows;
    },
  };
}
