import { Amount, decimalText } from '@freshet/market';
import type { DecimalText, Quote } from '@freshet/market';

/**
 * A pair that a provider quotes in USDT becomes USD with the stored USDT-USD rate, which explain shows. Null without
 * that rate: never a silent 1:1.
 */
export function convertFromUsdt<Q extends Quote>(quote: Q, usdtRate: DecimalText | null): Q | null {
  if (quote.currency !== 'USDT' || !quote.symbol.endsWith('-USD')) return quote;
  if (usdtRate === null) return null;
  const rate = new Amount(usdtRate);
  const convert = <T extends DecimalText | null>(text: T): T =>
    (text === null ? null : decimalText(rate.times(text).toSignificantDigits(16))) as T;
  return {
    ...quote,
    price: convert(quote.price),
    open: convert(quote.open),
    high: convert(quote.high),
    low: convert(quote.low),
    previousClose: convert(quote.previousClose),
    currency: 'USD',
    convertedBy: { from: 'USDT', rate: usdtRate },
  };
}
