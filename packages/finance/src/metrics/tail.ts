import { type Figure, finite } from '../figure.ts';
import type { Sample } from './sample.ts';

/**
 * Historical value at risk: the `cutoff` quantile (0.05: the return that one period in twenty falls short of), linear
 * between neighbours (definition 7 of Hyndman and Fan 1996, the default of R and numpy). A return, not a loss: −0.02 is
 * a fall of 2 %.
 */
export function valueAtRisk({ tail, moments: { count }, cutoff }: Sample): Figure {
  if (count === 0) return 'no_observations';
  const place = (count - 1) * cutoff;
  const below = Math.floor(place);
  const low = tail[below]!;
  const high = tail[Math.min(below + 1, tail.length - 1)]!;
  return finite(low + (high - low) * (place - below));
}

/**
 * Historical conditional value at risk (expected shortfall): the mean of the lowest ⌊(n − 1) · cutoff⌋ + 1 returns
 * (Acerbi and Tasche 2002; the count is empyrical's).
 */
export function conditionalValueAtRisk({ tail, moments: { count }, cutoff }: Sample): Figure {
  if (count === 0) return 'no_observations';
  const length = Math.floor((count - 1) * cutoff) + 1;
  let sum = 0;
  for (let i = 0; i < length; i++) sum += tail[i]!;
  return finite(sum / length);
}
