import type { TriedProvider } from './refresh.ts';

/** How the item of a symbol's price ended without a price. */
interface WithoutPrice {
  state: string;
  reason: string | null;
  detail: string | null;
  chain?: readonly TriedProvider[] | null;
}

/** Why no newer price could be had, in one line: the kind of trouble, the providers whose words are told, and these words. */
export function staleReason({ state, reason, detail, chain }: WithoutPrice): string {
  const tellers = chain?.filter((tried) => tried.detail !== undefined && tried.detail === detail) ?? [];
  const who = [...new Set(tellers.map(({ provider }) => provider))].toSorted().join(', ');
  return [reason ?? state, who, detail ?? 'no newer price could be had'].filter(Boolean).join(': ');
}
