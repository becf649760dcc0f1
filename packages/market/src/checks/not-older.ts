import type { Check } from './check.ts';

/** A price that is older than the stored one is right, and of no use: it replaces nothing. */
export const notOlder: Check = ({ quoteTime }, { stored }) => {
  if (!stored || quoteTime >= stored.quoteTime) return null;
  return { verdict: 'older', detail: `a price of ${stored.quoteTime.toISOString()} is stored already` };
};
