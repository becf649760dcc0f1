import type { Check } from './check.ts';

/** A price older than the stored one may be right, but it replaces nothing. */
export const notOlder: Check = ({ quoteTime }, { stored }) => {
  if (!stored || quoteTime >= stored.quoteTime) return null;
  return { verdict: 'older', detail: `a price of ${stored.quoteTime.toISOString()} is stored already` };
};
