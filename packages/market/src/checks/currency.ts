import type { Check } from './check.ts';

/** A price is in the currency that the symbol is known to trade in. */
export const currency: Check = (quote, { stored, asset }) => {
  // Before the first good price, an asset's currency is only guessed from its symbol.
  const known = asset?.status === 'active' ? asset.currency : null;
  const expected = stored?.currency ?? known;
  if (!expected || expected === quote.currency) return null;
  return { verdict: 'refuse', detail: `it is in ${quote.currency || 'no currency'}, expected ${expected}` };
};
