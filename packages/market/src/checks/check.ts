import type { DecimalText } from '../decimal.ts';
import type { Quote } from '../quote.ts';

/** Everything that a quote is compared with. */
export interface CheckContext {
  now: Date;
  /** The last good quote that is stored. */
  stored: {
    price: DecimalText;
    currency: string;
    quoteTime: Date;
    /** Since when the price hasn't changed, by the provider's own time. */
    priceSince?: Date | null;
  } | null;
  /** The trading currency, once it is certain, and the yearly volatility as a fraction. */
  asset: { currency: string; volatility: number | null; status?: string } | null;
  /** When the running session began; null while the market is closed or when that isn't known. */
  openSince?: Date | null;
  /** A split between the stored price and this one: `2` for two new units for each old one. */
  split?: DecimalText | null;
  /** The price that is published as suspect, and since when the provider has reported it. */
  suspect?: { price: DecimalText; quoteTime: Date; since?: Date | null } | null;
  /**
   * Whether daily bars may still declare a split of this session. Called only for a lasting price that looks like one.
   */
  maySplit?: () => boolean;
}

/** A check's objection to a quote. */
export interface Objection {
  /**
   * `refuse`: the provider is wrong, ask another. `hold`: suspicious, ask for a second opinion. `older`: nothing wrong,
   * but something newer is stored. `note`: worth knowing, no reason not to store it.
   */
  verdict: 'refuse' | 'hold' | 'older' | 'note';
  /** One sentence that begins with a lower-case letter. */
  detail: string;
  /** The expected value, where there is one. */
  expected?: DecimalText | null;
}

/** One condition for storing a quote. Null: the condition holds, or there is nothing to compare the quote with. */
export type Check = (quote: Quote, context: CheckContext) => Objection | null;
