import { Amount, type DecimalText, type MarketSymbol, decimalText } from '@freshet/market';
import { positive } from '../valuation/fx.ts';

/** Whole units for weights, and the money that is left. */
export interface WholeShares {
  quantities: Map<MarketSymbol, DecimalText>;
  left: DecimalText;
}

interface Position {
  symbol: MarketSymbol;
  weight: number;
  price: Amount;
  units: Amount;
}

/**
 * Whole units that come near the weights without spending more than there is: first each weight rounded down, the largest
 * first, then one unit at a time of the asset that is furthest below its weight and can be paid. Weights are taken relative to
 * their sum, so `money` is what is to be invested. Assets without a positive price are passed over.
 */
export function wholeShares(
  weights: ReadonlyMap<MarketSymbol, number>,
  prices: ReadonlyMap<MarketSymbol, DecimalText>,
  money: DecimalText,
): WholeShares {
  const positions: Position[] = [];
  for (const [symbol, weight] of weights) {
    const price = positive(prices.get(symbol));
    if (price && weight > 0) positions.push({ symbol, weight, price, units: new Amount(0) });
  }
  positions.sort((a, b) => b.weight - a.weight || (a.symbol < b.symbol ? -1 : 1));
  const sum = positions.reduce((total, { weight }) => total + weight, 0);
  let left: Amount = new Amount(money);
  const budget = left;
  for (const position of positions) {
    position.weight /= sum;
    const affordable = left.div(position.price).floor();
    position.units = Amount.min(budget.mul(position.weight).div(position.price).floor(), affordable);
    left = left.minus(position.units.mul(position.price));
  }
  for (let next = furthestBelow(positions, left); next; next = furthestBelow(positions, left)) {
    next.units = next.units.plus(1);
    left = left.minus(next.price);
  }
  return {
    quantities: new Map(positions.map(({ symbol, units }) => [symbol, decimalText(units)])),
    left: decimalText(left),
  };
}

/** The position that most lacks a unit that the money can pay; null when none lacks one. */
function furthestBelow(positions: readonly Position[], left: Amount): Position | null {
  const invested = positions.reduce<Amount>((sum, { units, price }) => sum.plus(units.mul(price)), new Amount(0));
  let found: Position | null = null;
  let most = 0;
  for (const position of positions) {
    if (position.price.gt(left)) continue;
    const share = invested.isZero() ? 0 : position.units.mul(position.price).div(invested).toNumber();
    if (position.weight - share > most) {
      most = position.weight - share;
      found = position;
    }
  }
  return found;
}
