import { Amount } from '../decimal.ts';
import type { Quote } from '../quote.ts';
import type { CheckContext } from './check.ts';
import { dailyDeviation } from './expected-move.ts';

/** So long after it was first seen, a price that is still there has shown itself to be the market's. */
const LASTING_MS = 10 * 60_000;

/** A price that was published as suspect is still there after a while of trading: no bad tick lives that long. */
export function lasting(quote: Quote, { suspect, asset }: CheckContext): boolean {
  if (!suspect || quote.quoteTime.getTime() - (suspect.since ?? suspect.quoteTime).getTime() < LASTING_MS) return false;
  const log = Math.log(new Amount(quote.price).div(suspect.price).toNumber());
  return Math.abs(log) <= 3 * dailyDeviation(asset?.volatility);
}
