import type { Check } from './check.ts';

/**
 * A price of which nobody has said the unit: not its provider, which names no currency, and nobody before it. London lists in pence,
 * pounds, dollars and euros; taken for the usual one of them, it may be off by a hundred, and would be what later prices are held against.
 * On an exchange that nobody knows here not even a usual one is known.
 */
export const assumedUnit: Check = ({ currency, convertedBy }, { stored, asset }) => {
  if (!convertedBy?.assumed || stored || asset?.status === 'active') return null;
  const takenFor = convertedBy.from === currency ? currency : `${convertedBy.from} by its listing, for ${currency}`;
  return { verdict: 'hold', detail: `its currency isn't named: taken for ${takenFor}` };
};
