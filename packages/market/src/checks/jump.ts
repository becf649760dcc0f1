import type { Check } from './check.ts';
import { lasting } from './lasting.ts';
import { moveOf } from './move.ts';

/** A jump beyond what the symbol's own volatility explains. */
export const jump: Check = (quote, context) => {
  const move = moveOf(quote, context);
  if (!move || Math.abs(move.log) <= move.explained || lasting(quote, context)) return null;
  const percent = (share: number) => `${(Math.expm1(share) * 100).toFixed(1)} %`;
  return {
    verdict: 'hold',
    expected: move.reference,
    detail: `${quote.price} is ${percent(move.log)} from ${move.reference}; its volatility explains ${percent(move.explained)}`,
  };
};
