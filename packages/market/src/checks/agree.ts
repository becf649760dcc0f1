import { Amount } from '../decimal.ts';
import type { Quote } from '../quote.ts';
import { dailyDeviation } from './expected-move.ts';

/** Spreads and delays alone make two providers' prices of one moment differ by this much. */
const SPREAD = 0.01;

/**
 * Whether a second provider's quote confirms one that a check holds back: they differ by no more than a spread and one
 * daily standard deviation. Quotes in different currencies never agree.
 */
export function agree(
  held: Pick<Quote, 'price' | 'currency'>,
  second: Pick<Quote, 'price' | 'currency'>,
  volatility: number | null | undefined,
): boolean {
  if (held.currency !== second.currency) return false;
  const log = Math.log(new Amount(second.price).div(held.price).toNumber());
  return Math.abs(log) <= SPREAD + dailyDeviation(volatility);
}
