import type { Check } from './check.ts';
import { lasting } from './lasting.ts';
import { moveOf } from './move.ts';
import { hundredIn, ratioText, splitIn } from './ratios.ts';

/** How near a gap must come to a whole ratio, in log terms, to look like a split rather than like any other jump. */
const NEAR = 0.06;
/** The usual split that isn't whole: three for two. What rises by half is no split, but a takeover. */
const THREE_FOR_TWO = 1.5;

/**
 * A gap that looks like a split that nobody has told of: the price is one n-th of what it was, or n times. A split lasts, so that
 * lasting makes it a price of the market's only where nobody can tell of one any more: units would still be those before it.
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
