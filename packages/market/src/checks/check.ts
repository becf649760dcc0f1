import type { DecimalText } from '../decimal.ts';
import type { Quote } from '../quote.ts';

/** What a quote is held against. */
export interface CheckContext {
  now: Date;
  /** The last good quote that is stored. */
  stored: {
    price: DecimalText;
    currency: string;
    quoteTime: Date;
    /** Since when this price has been the same, by the provider's own time. */
    priceSince?: Date | null;
  } | null;
  /** The currency that it trades in, once it is known for sure; its yearly volatility as a fraction. */
  asset: { currency: string; volatility: number | null; status?: string } | null;
  /** When the trading that goes on now began; null while the market is closed or when nobody knows. */
  openSince?: Date | null;
  /** A split between the stored price and this one: `2` for two new units for each old one. */
  split?: DecimalText | null;
  /** A price that was published as suspect, and since when the provider has told of it. */
  suspect?: { price: DecimalText; quoteTime: Date; since?: Date | null } | null;
  /** Whether daily bars may yet tell of a split of this session; asked only where a price has lasted that looks like one. */
  maySplit?: () => boolean;
}

/** What a check has against a quote. */
export interface Objection {
  /**
   * `refuse`: the provider is wrong, ask another. `hold`: suspicious, ask for a second opinion. `older`: nothing wrong,
   * but something newer is stored. `note`: worth knowing, no reason not to store it.
   */
  verdict: 'refuse' | 'hold' | 'older' | 'note';
  /** In one sentence that begins with a small letter. */
  detail: string;
  /** What was expected instead, where there is a figure. */
  expected?: DecimalText | null;
}

/** One thing that must hold before a quote is stored. Null: it holds, or there is nothing to hold it against. */
export type Check = (quote: Quote, context: CheckContext) => Objection | null;
