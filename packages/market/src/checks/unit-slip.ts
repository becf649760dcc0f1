import type { Check } from './check.ts';
import { moveOf } from './move.ts';
import { hundredIn } from './ratios.ts';

/** Currencies whose shares are quoted in hundredths on their home exchange. */
const IN_HUNDREDTHS: Record<string, string> = { GBP: 'pence', ZAR: 'cents', ILS: 'agorot' };

/** A price that is a hundred times what it was, or a hundredth: minor units taken for major ones, or a lost point. */
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
