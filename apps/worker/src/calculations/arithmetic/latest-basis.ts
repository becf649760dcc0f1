import { calendarOf } from '@freshet/calendar';
import { Amount, decimalText, type DecimalText } from '@freshet/market';
import type { SymbolToCalculate } from '@freshet/store';
import { unitsSince } from './held-series.ts';

/**
 * The last good price and the close before it on today's basis, as held units are. A price from before a split would
 * overstate the value by the split's ratio.
 */
export function onLatestBasis(symbol: SymbolToCalculate): Pick<SymbolToCalculate, 'price' | 'previousClose'> {
  const { price, previousClose, quoteTime, splits, calendar } = symbol;
  const since = quoteTime && splits.length > 0 ? unitsSince(quoteTime.getTime(), splits, calendarOf(calendar)) : 1;
  if (since === 1) return { price, previousClose };
  const inUnits = (text: DecimalText | null) => text && decimalText(new Amount(text).div(since));
  return { price: inUnits(price), previousClose: inUnits(previousClose) };
}
