import type { PriceTable } from '@freshet/finance';
import type { MarketSymbol } from '@freshet/market';
import type { MarketData } from './market-data.ts';

/**
 * Market capitalisations at a table's session `at`, in the table's currency: shares × close.
 *
 * Shares are the last known capitalisation / the last good price. Both are in the major unit of the symbol's own currency,
 * which cancels out. Shares outstanding are assumed constant, because earlier counts aren't known. They are on today's basis,
 * as split-adjusted closes are. A past session thus learns nothing of how the price has moved since. Symbols without a
 * capitalisation, a price, a close or a rate are left out.
 *
 * @param closes adjusted for splits, not for dividends
 */
export function capitalisationsAt(
  { symbols, prices }: PriceTable,
  at: number,
  data: Pick<MarketData, 'symbols' | 'prices'>,
): Map<MarketSymbol, number> {
  const worth = new Map<MarketSymbol, number>();
  symbols.forEach((symbol, column) => {
    // On the basis of today, where the last good price is from before a split.
    const price = data.prices.get(symbol)?.price;
    const shares = (data.symbols.get(symbol)?.marketCap ?? Number.NaN) / Number(price ?? Number.NaN);
    const value = shares * (prices[column]?.[at] ?? Number.NaN);
    if (value > 0 && value < Infinity) worth.set(symbol, value);
  });
  return worth;
}
