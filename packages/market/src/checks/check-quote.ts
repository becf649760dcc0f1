import { Amount } from '../decimal.ts';
import type { Quote } from '../quote.ts';

/** What a quote is held against. */
export interface CheckContext {
  now: Date;
  stored: {
    price: string;
    previousClose: string | null;
    currency: string;
    quoteTime: Date;
    fetchedAt: Date;
    source: string;
  } | null;
  asset: { currency: string; volatility: number | null } | null;
}

/** `pass`: store it. `refuse`: the provider is wrong, ask another. `hold`: suspicious, ask for a second opinion. */
export type Finding =
  | { verdict: 'pass'; passed: string[] }
  | { verdict: 'refuse' | 'hold'; check: string; detail: string; passed: string[] };

/** Providers' clocks run ahead a little; further than this, a price is from the future. */
const AHEAD_MS = 5 * 60_000;

/** Holds a quote against everything that must be true before storing. */
export function checkQuote(quote: Quote, context: CheckContext): Finding {
  const passed: string[] = [];
  const price = new Amount(quote.price);
  if (!price.isFinite() || price.lte(0))
    return { verdict: 'refuse', check: 'positive', detail: `its price is ${quote.price}`, passed };
  passed.push('positive');
  if (quote.quoteTime.getTime() > context.now.getTime() + AHEAD_MS) {
    return {
      verdict: 'refuse',
      check: 'not_from_the_future',
      detail: `its time is ${quote.quoteTime.toISOString()}`,
      passed,
    };
  }
  passed.push('not_from_the_future');
  const expected = context.stored?.currency ?? null;
  if (expected && expected !== quote.currency) {
    return { verdict: 'refuse', check: 'currency', detail: `it is in ${quote.currency}, expected ${expected}`, passed };
  }
  passed.push('currency');
  return { verdict: 'pass', passed };
}
