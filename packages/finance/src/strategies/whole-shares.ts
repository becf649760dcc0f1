import { Amount, type DecimalText, type MarketSymbol, decimalText } from '@freshet/market';
import { positive } from '../valuation/fx.ts';
import type { NamedCaps } from './caps.ts';

/** Whole units for weights, and the money that is left. */
export interface WholeShares {
  quantities: Map<MarketSymbol, DecimalText>;
  left: DecimalText;
}

/** Caps, and the value of which they are shares. */
export interface Limits {
  caps: NamedCaps;
  of: DecimalText;
}

interface Position {
  symbol: MarketSymbol;
  weight: number;
  price: Amount;
  units: Amount;
}

/**
 * Whole units that approximate the weights without spending more than `money`. First each weight is rounded down, the largest
 * first. Then units are bought one at a time, always of the affordable asset that is furthest below its weight. (The greedy
 * allocation of PyPortfolioOpt.) Weights count relative to their sum, so all of `money` is to be invested. Assets without a
 * positive price are skipped. A unit that would lift an asset or a sector above its cap is not bought.
 */
export function wholeShares(
  weights: ReadonlyMap<MarketSymbol, number>,
  prices: ReadonlyMap<MarketSymbol, DecimalText>,
  money: DecimalText,
  limits: Limits | null = null,
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
  const fits = roomUnder(limits, positions);
  for (let next = furthestBelow(positions, left, fits); next; next = furthestBelow(positions, left, fits)) {
    next.units = next.units.plus(1);
    left = left.minus(next.price);
  }
  return {
    quantities: new Map(positions.map(({ symbol, units }) => [symbol, decimalText(units)])),
    left: decimalText(left),
  };
}

/** Whether one more unit of a position leaves it and its sector under their caps. */
function roomUnder(limits: Limits | null, positions: readonly Position[]): (position: Position) => boolean {
  if (!limits) return () => true;
  const { caps, of } = limits;
  const fitsUnder = (cap: number, held: readonly Position[], next: Position): boolean =>
    cap >= 1 ||
    held.reduce<Amount>((sum, { units, price }) => sum.plus(units.mul(price)), next.price).lte(new Amount(of).mul(cap));
  const sectors = caps.groups.map(({ members, cap }) => ({
    members,
    cap,
    held: positions.filter(({ symbol }) => members.has(symbol)),
  }));
  return (position) =>
    fitsUnder(caps.assets.get(position.symbol) ?? 1, [position], position) &&
    sectors.every(({ members, cap, held }) => !members.has(position.symbol) || fitsUnder(cap, held, position));
}

/** The position furthest below its weight of which one more unit is affordable and keeps the caps; null if there is none. */
function furthestBelow(
  positions: readonly Position[],
  left: Amount,
  fits: (position: Position) => boolean,
): Position | null {
  const invested = positions.reduce<Amount>((sum, { units, price }) => sum.plus(units.mul(price)), new Amount(0));
  let found: Position | null = null;
  let most = 0;
  for (const position of positions) {
    if (position.price.gt(left)) continue;
    const share = invested.isZero() ? 0 : position.units.mul(position.price).div(invested).toNumber();
    if (position.weight - share > most && fits(position)) {
      most = position.weight - share;
      found = position;
    }
  }
  return found;
}
