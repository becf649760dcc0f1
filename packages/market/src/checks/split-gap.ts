import type { Check } from './check.ts';
import { lasting } from './lasting.ts';
import { moveOf } from './move.ts';
import { hundredIn, ratioText, splitIn } from './ratios.ts';

/** A gap looks like a split when it is this near to the ratio, in log terms. */
const NEAR = 0.06;
/** The most common split that isn't whole: three for two. The inverse isn't tried: a rise by half is a takeover. */
const THREE_FOR_TWO = 1.5;

/**
 * Holds a price that fell to one n-th or rose n-fold, as if a split were undeclared. The price after a split persists
 * too, so persistence alone confirms nothing: the holdings' units would still be those before the split. A lasting
 * price is accepted only once daily bars can no longer declare a split of the session.
 */
export const splitGap: Check = (quote, context) => {
  const move = moveOf(quote, context);
  if (!move || Math.abs(move.log) <= move.explained || hundredIn(move.log)) return null;
  const ratio = splitIn(move.log, NEAR, [THREE_FOR_TWO]);
  if (ratio === null || (lasting(quote, context) && !context.maySplit?.())) return null;
  return {
    verdict: 'hold',
    expected: move.reference,
    detail: `${quote.price} after ${move.reference} looks like a split ${ratioText(ratio)} that nobody has told of`,
  };
};
