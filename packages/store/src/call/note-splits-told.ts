import type { Client } from '../database/pool.ts';

/**
 * Records, beside a suspect price that looks like a split, up to which session daily bars were read. Either they
 * declare a split, which explains the price, or they don't; in both cases they aren't asked about it again.
 */
export async function noteSplitsTold(client: Client, ends: { symbol: string; tellsTo?: string }[]): Promise<void> {
  const told = ends.filter(({ tellsTo }) => tellsTo !== undefined);
  if (told.length === 0) return;
  await client.query(
    `update latest_quotes l set provenance = jsonb_set(l.provenance, '{suspicion,told_to}', to_jsonb(t.told_to))
     from unnest($1::text[], $2::text[]) as t(symbol, told_to)
     where l.symbol = t.symbol and l.quality <> 'good' and l.provenance #>> '{suspicion,check}' = 'split_gap'`,
    [told.map(({ symbol }) => symbol), told.map(({ tellsTo }) => tellsTo)],
  );
}
