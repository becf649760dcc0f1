import { followsStored } from '../plan/missing-history.ts';
import type { Claim, World } from '../ports.ts';

/** Adds the stored closes that a claim's bars are checked against. Only claims that continue a stored series have any. */
export async function withStoredCloses(claims: Claim[], signal: AbortSignal, { record }: World): Promise<Claim[]> {
  const of = claims.flatMap(({ symbol, data, from, to }) =>
    data === 'bars' && from && followsStored(from, to) ? [{ symbol, from }] : [],
  );
  if (of.length === 0) return claims;
  const stored = await record.storedCloses(of, signal);
  return claims.map((claim) => ({ ...claim, storedCloses: stored.get(claim.symbol) }));
}
