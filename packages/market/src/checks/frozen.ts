import { Amount } from '../decimal.ts';
import type { Check } from './check.ts';
import { dailyDeviation } from './expected-move.ts';

/** Quiet shares stand still for minutes; for this long of open trading, only when they hardly ever move. */
const FROZEN_MS = 10 * 60_000;
const SESSION_MS = 6.5 * 3_600_000;
/** The price could have been expected to move by so many of its smallest steps. */
const STEPS = 10;

/** A price that repeats while its market trades. It may be right, so it is stored, and told of. */
export const frozen: Check = (quote, { stored, asset, openSince, now }) => {
  if (!stored?.priceSince || !openSince || !new Amount(stored.price).eq(quote.price)) return null;
  const since = Math.max(stored.priceSince.getTime(), openSince.getTime());
  const stoodMs = now.getTime() - quote.delayS * 1_000 - since;
  if (stoodMs < FROZEN_MS) return null;
  const price = new Amount(quote.price);
  const expected = price.toNumber() * dailyDeviation(asset?.volatility) * Math.sqrt(Math.min(1, stoodMs / SESSION_MS));
  // The smallest step is a hundredth, or what the price itself is written in.
  const step = 10 ** -Math.max(2, price.decimalPlaces());
  if (expected < STEPS * step) return null;
  const minutes = Math.floor(stoodMs / 60_000);
  return { verdict: 'note', detail: `${quote.price} has not changed for ${minutes} minutes of trading` };
};
