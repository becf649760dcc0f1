import type { Check } from './check.ts';

/** A price is in the currency that the symbol is known to trade in. */
export const currency: Check = (quote, { stored, asset }) => {
  // What an asset that nobody has priced yet trades in is only guessed from its form.
  const known = asset?.status === 'active' ? asset.currency : null;
  const expected = stored?.currency ?? known;
  if (!expected || expected === quote.currency) return null;
  return { verdict: 'refuse', detail: `it is in ${quote.currency || 'no currency'}, expected ${expected}` };
};
