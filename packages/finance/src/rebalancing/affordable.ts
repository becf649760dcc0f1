import { Amount, type MarketSymbol } from '@freshet/market';

type Trade = [MarketSymbol, Amount];

/**
 * The changes that are worth their cost. Planned purchases spend what the sales bring and the cash that the targets don't keep.
 * Sales below `minimum` are not made, so their proceeds are missing: then the largest purchases come first, as far as the
 * money goes.
 */
export function affordable(
  changes: ReadonlyMap<MarketSymbol, Amount>,
  worthOf: (symbol: MarketSymbol, units: Amount) => Amount,
  minimum: Amount,
  unitsFor: (symbol: MarketSymbol, money: Amount) => Amount,
): Map<MarketSymbol, Amount> {
  const all = [...changes].filter(([, change]) => !change.isZero());
  const isWorthIt = ([symbol, change]: Trade): boolean => worthOf(symbol, change).gte(minimum);
  const sum = (trades: readonly Trade[]): Amount =>
    trades.reduce<Amount>((total, [symbol, change]) => total.plus(worthOf(symbol, change)), new Amount(0));
  const sales = all.filter(([, change]) => change.lt(0));
  const purchases = all.filter(([, change]) => change.gt(0));
  const missing = sum(sales.filter((sale) => !isWorthIt(sale)));
  const made = new Map(sales.filter(isWorthIt));
  if (missing.isZero()) return new Map([...made, ...purchases.filter(isWorthIt)]);
  let money = Amount.max(0, sum(purchases).minus(missing));
  purchases.sort((a, b) => worthOf(...b).cmp(worthOf(...a)) || (a[0] < b[0] ? -1 : 1));
  for (const [symbol, change] of purchases) {
    const units = Amount.min(change, unitsFor(symbol, money));
    if (units.isZero() || !isWorthIt([symbol, units])) continue;
    made.set(symbol, units);
    money = money.minus(worthOf(symbol, units));
  }
  return made;
}
