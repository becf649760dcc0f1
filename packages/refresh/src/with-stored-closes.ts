import { followsStored } from './missing-history.ts';
import type { Claim, World } from './ports.ts';

/** Claims with what their bars are held against. Only those of a few sessions follow others: of the rest nothing is stored, and nothing read. */
export async function withStoredCloses(claims: Claim[], signal: AbortSignal, { record }: World): Promise<Claim[]> {
  const of = claims.flatMap(({ symbol, data, from, to }) =>
    data === 'bars' && from && followsStored(from, to) ? [{ symbol, from }] : [],
  );
  if (of.length === 0) return claims;
  const stored = await record.storedCloses(of, signal);
  return claims.map((claim) => ({ ...claim, storedCloses: stored.get(claim.symbol) }));
}
