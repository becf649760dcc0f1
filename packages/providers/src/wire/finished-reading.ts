import type { Bar } from '@freshet/market';
import type { Reading } from '../provider.ts';
import { reading, refusal } from './reading.ts';
import { UNNAMED } from '../symbols/spelling.ts';

/**
 * A reading as it leaves an adapter: days oldest first, errors of a symbol that nobody named as those of the whole
 * call. It is never nothing.
 */
export function finished(read: Reading): Reading {
  const { quotes, bars, earnings, errors, other } = read;
  if (quotes.length + bars.length + earnings.length + errors.length + other.length === 0) {
    return refusal(
      'malformed',
      'The answer holds none of what it should.',
      read.learned ? { learned: read.learned } : {},
    );
  }
  return reading({
    ...read,
    bars: oldestFirst(bars),
    errors: errors.map((error) => (error.symbol === UNNAMED ? { ...error, symbol: null } : error)),
  });
}

function oldestFirst(bars: Bar[]): Bar[] {
  if (bars.every(({ session }, i) => i === 0 || (bars[i - 1] as Bar).session <= session)) return bars;
  return bars.toSorted((a, b) => (a.session < b.session ? -1 : a.session > b.session ? 1 : 0));
}
