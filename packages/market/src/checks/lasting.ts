import { Amount } from '../decimal.ts';
import type { Quote } from '../quote.ts';
import type { CheckContext } from './check.ts';
import { dailyDeviation } from './expected-move.ts';

/** A suspect price that is still reported after this time is the market's. */
const LASTING_MS = 10 * 60_000;

/** Whether a suspect price has persisted for a while of trading, longer than any bad tick does. */
export function lasting(quote: Quote, { suspect, asset }: CheckContext): boolean {
  if (!suspect || quote.quoteTime.getTime() - (suspect.since ?? suspect.quoteTime).getTime() < LASTING_MS) return false;
  const log = Math.log(new Amount(quote.price).div(suspect.price).toNumber());
  return Math.abs(log) <= 3 * dailyDeviation(asset?.volatility);
}
