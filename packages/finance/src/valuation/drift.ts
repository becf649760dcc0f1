import type { MarketSymbol } from '@freshet/market';

/** How far a portfolio is from its targets. */
export interface Drift {
  /** ½ Σ |weight − target|: the share of the value that would have to change hands. */
  total: number;
  /** The largest |weight − target|, and whose. */
  largest: { symbol: MarketSymbol; drift: number };
  /** Weight − target per symbol, those with a target that isn't held included. */
  bySymbol: ReadonlyMap<MarketSymbol, number>;
}

interface Weighted {
  symbol: MarketSymbol;
  weight: { value: number | null };
  target: number | null;
}

/**
 * The drift of holdings against their targets, null when none has a target or no weight is known. A symbol that is held
 * without a target has the target 0; one that is wanted but not held has the weight 0. One whose weight isn't known is left out:
 * that it is far from its target would be a guess.
 */
export function driftOf(
  holdings: readonly Weighted[],
  targets: ReadonlyMap<MarketSymbol, number> | null = null,
): Drift | null {
  if (holdings.length > 0 && holdings.every(({ weight }) => weight.value === null)) return null;
  const wanted = new Map<MarketSymbol, number>(targets ?? []);
  for (const { symbol, target } of holdings) if (target !== null) wanted.set(symbol, target);
  const bySymbol = new Map<MarketSymbol, number>();
  for (const { symbol, weight } of holdings) {
    if (weight.value === null) wanted.delete(symbol);
    else bySymbol.set(symbol, (bySymbol.get(symbol) ?? 0) + weight.value);
  }
  if (wanted.size === 0) return null;
  for (const symbol of wanted.keys()) if (!bySymbol.has(symbol)) bySymbol.set(symbol, 0);
  let total = 0;
  let largest = { symbol: bySymbol.keys().next().value!, drift: 0 };
  for (const [symbol, weight] of bySymbol) {
    const drift = weight - (wanted.get(symbol) ?? 0);
    bySymbol.set(symbol, drift);
    total += Math.abs(drift) / 2;
    if (Math.abs(drift) > Math.abs(largest.drift)) largest = { symbol, drift };
  }
  return { total, largest, bySymbol };
}
