import type { Check } from './check.ts';

/** Providers' clocks run ahead a little; further than this, a price is from the future. */
export const AHEAD_MS = 5 * 60_000;

/** A price is of now or before. */
export const notFromTheFuture: Check = ({ quoteTime }, { now }) => {
  const ms = quoteTime.getTime();
  if (ms <= now.getTime() + AHEAD_MS) return null;
  return { verdict: 'refuse', detail: `its time is ${Number.isNaN(ms) ? 'not a time' : quoteTime.toISOString()}` };
};
