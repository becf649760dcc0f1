import type { Reason } from '../figure.ts';

/** The same proportions with the sum 1; `no_assets` when nothing is positive. Negative and unknown shares count as 0. */
export function normalised(shares: Float64Array): Float64Array | Reason {
  const kept = shares.map((share) => (share > 0 && share < Infinity ? share : 0));
  const sum = kept.reduce((total, share) => total + share, 0);
  return sum > 0 && sum < Infinity ? kept.map((share) => share / sum) : 'no_assets';
}
