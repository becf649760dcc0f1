import { Amount, type DecimalText } from '../decimal.ts';
import type { Check } from './check.ts';

/** Feeds round the parts of a bar apart from each other. */
const ROUNDING = 0.002;

/** Low ≤ open, price ≤ high. A price just beyond the high or the low is only newer than they are, and is nothing. */
export const consistent: Check = ({ price, open, high, low }) => {
  const wrong = inconsistency({ open, high, low, close: null });
  if (wrong) return { verdict: 'refuse', detail: wrong };
  const last = new Amount(price);
  const far = (bound: DecimalText | null, times: number) => bound !== null && last.gt(new Amount(bound).times(times));
  if (far(high, 1.5) || (low !== null && last.times(1.5).lt(low)))
    return {
      verdict: 'hold',
      detail: `its price ${price} is far outside of its range ${low ?? '?'} to ${high ?? '?'}`,
    };
  return null;
};

interface Prices {
  open: DecimalText | null;
  high: DecimalText | null;
  low: DecimalText | null;
  close: DecimalText | null;
}

/** What contradicts itself in a session's prices, in words; null when nothing does. Floats see all that rounding leaves. */
export function inconsistency({ open, high, low, close }: Prices): string | null {
  for (const [name, text] of [
    ['open', open],
    ['high', high],
    ['low', low],
  ] as const) {
    if (text !== null && !(Number(text) > 0)) return `its ${name} is ${text}`;
  }
  if (above(low, high)) return `its low ${low} is above its high ${high}`;
  if (above(open, high)) return `its open ${open} is above its high ${high}`;
  if (above(low, open)) return `its open ${open} is below its low ${low}`;
  if (above(close, high)) return `its close ${close} is above its high ${high}`;
  if (above(low, close)) return `its close ${close} is below its low ${low}`;
  return null;
}

function above(a: DecimalText | null, b: DecimalText | null): boolean {
  return a !== null && b !== null && Number(a) > Number(b) * (1 + ROUNDING);
}
