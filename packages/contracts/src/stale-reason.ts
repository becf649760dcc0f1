import type { TriedProvider } from './refresh.ts';

/** An item of a refresh that ended without a price. */
interface WithoutPrice {
  state: string;
  reason: string | null;
  detail: string | null;
  chain?: readonly TriedProvider[] | null;
}

/** Why there is no newer price, in one line: the reason, the providers that the detail is from, and the detail. */
export function staleReason({ state, reason, detail, chain }: WithoutPrice): string {
  const tellers = chain?.filter((tried) => tried.detail !== undefined && tried.detail === detail) ?? [];
  const who = [...new Set(tellers.map(({ provider }) => provider))].toSorted().join(', ');
  return [reason ?? state, who, detail ?? 'no newer price could be had'].filter(Boolean).join(': ');
}
