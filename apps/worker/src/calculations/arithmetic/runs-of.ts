import { type PriceTable, runStrategy, type StrategyName } from '@freshet/finance';
import { DEFAULT_BENCHMARK, type MarketSymbol } from '@freshet/market';
import { capitalisationsAt } from './capitalisations.ts';
import type { MarketData } from './market-data.ts';
import type { OnAxis } from './on-axis.ts';
import type { ReadOptions } from '../strategy-options.ts';
import { firstOf, priceTable } from './strategy-prices.ts';

/** Runs a strategy on the first `until` sessions, that is, on what was known by then. */
export type Run = (until: number) => ReturnType<typeof runStrategy>;

/**
 * Prepares a strategy over these symbols for runs at any past session.
 *
 * @param closes closes of the symbols, adjusted for splits
 */
export function runsOf(
  strategy: StrategyName,
  symbols: readonly MarketSymbol[],
  options: ReadOptions,
  closes: PriceTable,
  { data, on }: { data: MarketData; on: OnAxis },
): Run {
  const prices = priceTable(symbols, on, data, (symbol) => on.totalCloses(symbol));
  return (until) => {
    const worth = capitalisationsAt(closes, until - 1, data);
    const assetOf = (symbol: MarketSymbol) => ({
      sector: data.symbols.get(symbol)?.sector ?? null,
      marketCap: worth.get(symbol) ?? null,
    });
    return runStrategy({
      strategy,
      options: { periodsPerYear: on.axis.periodsPerYear, ...options.strategy },
      constraints: options.constraints,
      prices: firstOf(prices, until),
      assets: new Map(symbols.map((symbol) => [symbol, assetOf(symbol)])),
      market: on.returns(DEFAULT_BENCHMARK),
    });
  };
}
