import { Amount, type DecimalText, type MarketSymbol, decimalText } from '@freshet/market';
import type { Reason } from '../figure.ts';
import type { NamedCaps } from '../strategies/caps.ts';
import { wholeShares } from '../strategies/whole-shares.ts';
import { decimal, positive } from '../valuation/fx.ts';
import { affordable } from './affordable.ts';

/** What to do about one symbol. */
export interface Signal {
  symbol: MarketSymbol;
  side: 'buy' | 'sell';
  /** Units, positive. */
  quantity: DecimalText;
  /** Quantity × price in the portfolio's currency, positive; to a hundred-millionth. */
  value: DecimalText;
  /** Shares of the portfolio before and as wanted. */
  weight: number;
  target: number;
}

export interface SignalsInput {
  /** Wanted shares of the portfolio's value; what is held and not named is sold. */
  targets: ReadonlyMap<MarketSymbol, number>;
  held: ReadonlyMap<MarketSymbol, DecimalText>;
  /** Prices in the portfolio's currency. */
  prices: ReadonlyMap<MarketSymbol, DecimalText>;
  /** Cash in the portfolio's currency (default 0), part of the value that is shared out. */
  cash?: DecimalText;
  /** Only whole units. */
  wholeShares?: boolean;
  /** What the targets keep to, and whole units must too. */
  caps?: NamedCaps;
  /** Trades of less than this are not worth their cost (default 0). */
  minimumTrade?: DecimalText;
}

export interface Signals {
  /** Sales first, then by value, largest first. */
  signals: Signal[];
  /** Value that was shared out: holdings with a price, and cash. */
  value: DecimalText;
  /** Units that the targets ask for, trades too small to be made among them; of symbols with a price. */
  wanted: Record<MarketSymbol, DecimalText>;
  /** Units of each symbol when all signals are done; those left out keep what they have. */
  quantities: Record<MarketSymbol, DecimalText>;
  /** Cash when all signals are done. */
  cashAfter: DecimalText;
  /** Symbols for which nothing can be said. */
  leftOut: { symbol: MarketSymbol; reason: Reason }[];
}

/**
 * The trades that lead from what is held to the targets, in decimals. A symbol without a price is left as it is, and named.
 * Where sales are too small to be made, purchases make do with the money that there is.
 */
export function signalsFor(input: SignalsInput): Signals {
  const minimum = decimal(input.minimumTrade) ?? new Amount(0);
  const symbols = [...new Set([...input.held.keys(), ...input.targets.keys()])].sort();
  const leftOut: Signals['leftOut'] = [];
  const known = symbols.filter((symbol) => {
    if (positive(input.prices.get(symbol))) return true;
    const reason: Reason = input.prices.has(symbol) ? 'bad_price' : 'no_price';
    if (input.held.has(symbol) || (input.targets.get(symbol) ?? 0) > 0) leftOut.push({ symbol, reason });
    return false;
  });
  const price = (symbol: MarketSymbol): Amount => new Amount(input.prices.get(symbol)!);
  const holding = (symbol: MarketSymbol): Amount => decimal(input.held.get(symbol)) ?? new Amount(0);
  const cash = decimal(input.cash) ?? new Amount(0);
  const value = known.reduce<Amount>((sum, symbol) => sum.plus(holding(symbol).mul(price(symbol))), cash);
  const unitsOf = wantedUnits(input, known, value);
  const wanted = new Map(known.map((symbol) => [symbol, unitsOf(symbol)]));
  const quantities: Record<MarketSymbol, DecimalText> = {};
  for (const { symbol } of leftOut) quantities[symbol] = decimalText(holding(symbol));
  const worthOf = (symbol: MarketSymbol, units: Amount): Amount => units.abs().mul(price(symbol));
  const changes = new Map(known.map((symbol) => [symbol, wanted.get(symbol)!.minus(holding(symbol))]));
  const step = input.wholeShares ? 0 : DECIMALS;
  const traded = affordable(changes, worthOf, minimum, (symbol, money) =>
    money.div(price(symbol)).toDecimalPlaces(step, Amount.ROUND_DOWN),
  );
  let cashAfter: Amount = cash;
  const signals: Signal[] = [];
  for (const symbol of known) {
    const change = traded.get(symbol);
    quantities[symbol] = decimalText(holding(symbol).plus(change ?? 0));
    if (!change) continue;
    cashAfter = cashAfter.minus(change.mul(price(symbol)));
    signals.push({
      symbol,
      side: change.gt(0) ? 'buy' : 'sell',
      quantity: decimalText(change.abs()),
      value: decimalText(worthOf(symbol, change).toDecimalPlaces(8)),
      weight: value.gt(0) ? holding(symbol).mul(price(symbol)).div(value).toNumber() : 0,
      target: input.targets.get(symbol) ?? 0,
    });
  }
  const sells = (signal: Signal): number => (signal.side === 'sell' ? 0 : 1);
  signals.sort((a, b) => sells(a) - sells(b) || new Amount(b.value).cmp(a.value) || (a.symbol < b.symbol ? -1 : 1));
  return {
    signals,
    value: decimalText(value),
    wanted: Object.fromEntries(Array.from(wanted, ([symbol, units]) => [symbol, decimalText(units)])),
    quantities,
    cashAfter: decimalText(cashAfter),
    leftOut,
  };
}

/** Fractions of a unit that brokers and exchanges keep. */
const DECIMALS = 8;

/** Units that the targets ask for; fractions are rounded down. */
function wantedUnits(
  input: SignalsInput,
  known: readonly MarketSymbol[],
  value: Amount,
): (symbol: MarketSymbol) => Amount {
  const none = new Amount(0);
  if (!value.gt(0)) return () => none;
  if (!input.wholeShares) {
    return (symbol) => {
      const share = input.targets.get(symbol) ?? 0;
      return share > 0
        ? value.mul(share).div(input.prices.get(symbol)!).toDecimalPlaces(DECIMALS, Amount.ROUND_DOWN)
        : none;
    };
  }
  const targets = new Map(known.map((symbol) => [symbol, input.targets.get(symbol) ?? 0]));
  const invested = [...targets.values()].reduce((sum, share) => sum + Math.max(0, share), 0);
  const limits = input.caps ? { caps: input.caps, of: decimalText(value) } : null;
  const whole = wholeShares(targets, input.prices, decimalText(value.mul(Math.min(1, invested))), limits);
  return (symbol) => new Amount(whole.quantities.get(symbol) ?? 0);
}
