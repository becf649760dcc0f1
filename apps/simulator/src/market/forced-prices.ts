import { type DecimalText, type MarketSymbol, type Quote } from '@freshet/market';

/** A price that somebody has set, and since when. */
export interface ForcedPrice {
  price: DecimalText;
  since: Date;
}

export type ForcedPrices = Map<MarketSymbol, ForcedPrice>;

/**
 * The quote with the forced price: high and low are widened to include it. While the market is closed, the quote's time
 * is the moment of forcing, because an older time would make clients ignore it.
 */
export function stretched(quote: Quote, { price, since }: ForcedPrice, now: Date): Quote {
  const stillTrading = now.getTime() - quote.quoteTime.getTime() < 1000;
  const value = Number(price);
  return {
    ...quote,
    price,
    high: quote.high !== null && Number(quote.high) > value ? quote.high : price,
    low: quote.low !== null && Number(quote.low) < value ? quote.low : price,
    quoteTime: stillTrading || quote.quoteTime > since ? quote.quoteTime : since,
  };
}
