import { Amount, type DecimalText } from '../decimal.ts';
import type { Check } from './check.ts';

/** Feeds round open, high, low and close independently of each other. */
const ROUNDING = 0.002;

/** Low ≤ open, price ≤ high. A price slightly beyond the high or the low is only newer than they are: no objection. */
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

/** Describes a contradiction among a session's prices; null when there is none. Floats are exact enough here. */
export function inconsistency({ open, high, low, close }: Prices): string | null {
  const [o, h, l, c] = [sized(open), sized(high), sized(low), sized(close)];
  if (open !== null && !(o > 0)) return `its open is ${open}`;
  if (high !== null && !(h > 0)) return `its high is ${high}`;
  if (low !== null && !(l > 0)) return `its low is ${low}`;
  if (above(l, h)) return `its low ${low} is above its high ${high}`;
  if (above(o, h)) return `its open ${open} is above its high ${high}`;
  if (above(l, o)) return `its open ${open} is below its low ${low}`;
  if (above(c, h)) return `its close ${close} is above its high ${high}`;
  if (above(l, c)) return `its close ${close} is below its low ${low}`;
  return null;
}

/** A missing price is neither above nor below another. */
const sized = (text: DecimalText | null): number => (text === null ? Number.NaN : Number(text));

const above = (a: number, b: number): boolean => a > b * (1 + ROUNDING);
