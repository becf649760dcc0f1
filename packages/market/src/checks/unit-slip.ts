import type { Check } from './check.ts';
import { moveOf } from './move.ts';
import { hundredIn } from './ratios.ts';

/** Major currencies whose home exchange quotes shares in hundredths. */
const IN_HUNDREDTHS: Record<string, string> = { GBP: 'pence', ZAR: 'cents', ILS: 'agorot' };

/**
 * Holds a price that is about 100 times or 1/100 of the stored one: minor units read as major, or a lost decimal point.
 */
export const unitSlip: Check = (quote, context) => {
  const move = moveOf(quote, context);
  const factor = move && Math.abs(move.log) > move.explained ? hundredIn(move.log) : null;
  if (!move || !factor) return null;
  const minor = IN_HUNDREDTHS[quote.currency];
  const why = minor ? `, as if ${minor} were taken for ${quote.currency} or the other way round` : '';
  return {
    verdict: 'hold',
    expected: move.reference,
    detail: `${quote.price} is about ${factor === 100 ? 'a hundred times' : 'a hundredth of'} ${move.reference}${why}`,
  };
};
