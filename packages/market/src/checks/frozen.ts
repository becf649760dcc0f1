import { Amount } from '../decimal.ts';
import type { Check } from './check.ts';
import { dailyDeviation } from './expected-move.ts';

/** A quiet share's price may stand still for minutes; for this long, only that of a share that hardly moves at all. */
const FROZEN_MS = 10 * 60_000;
const SESSION_MS = 6.5 * 3_600_000;
/** The volatility must suggest a move of at least so many price steps before standing still is worth a note. */
const STEPS = 10;

/** Notes a price that repeats while its market trades. It may be right, so it is stored all the same. */
export const frozen: Check = (quote, { stored, asset, openSince, now }) => {
  if (!stored?.priceSince || !openSince || !new Amount(stored.price).eq(quote.price)) return null;
  const since = Math.max(stored.priceSince.getTime(), openSince.getTime());
  const stoodMs = now.getTime() - quote.delayS * 1_000 - since;
  if (stoodMs < FROZEN_MS) return null;
  const price = new Amount(quote.price);
  const expected = price.toNumber() * dailyDeviation(asset?.volatility) * Math.sqrt(Math.min(1, stoodMs / SESSION_MS));
  // The smallest step is a hundredth, or one unit of the price's last digit where that is smaller.
  const step = 10 ** -Math.max(2, price.decimalPlaces());
  if (expected < STEPS * step) return null;
  const minutes = Math.floor(stoodMs / 60_000);
  return { verdict: 'note', detail: `${quote.price} has not changed for ${minutes} minutes of trading` };
};
