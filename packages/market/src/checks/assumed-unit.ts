import type { Check } from './check.ts';

/**
 * Holds a first price whose unit is unknown: its provider names no currency, and no earlier price is stored. London
 * lists in pence, pounds, dollars and euros. Read in the usual unit, the price may be off by a hundred, and every later
 * price would be compared with it. For an exchange that isn't in the tables there isn't even a usual unit.
 */
export const assumedUnit: Check = ({ currency, convertedBy }, { stored, asset }) => {
  if (!convertedBy?.assumed || stored || asset?.status === 'active') return null;
  const takenFor = convertedBy.from === currency ? currency : `${convertedBy.from} by its listing, for ${currency}`;
  return { verdict: 'hold', detail: `its currency isn't named: taken for ${takenFor}` };
};
