import { Amount } from '../decimal.ts';
import type { Quote } from '../quote.ts';
import { dailyDeviation } from './expected-move.ts';

/** Two providers' prices of one moment differ by spreads and delays: this much always. */
const SPREAD = 0.01;

/**
 * Whether a second provider's quote says the same as one that a check holds back: apart by no more than a spread and what
 * the symbol moves in a day. In two currencies they say nothing of each other.
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
