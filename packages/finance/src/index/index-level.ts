import type { MarketSymbol, SessionDate } from '@freshet/market';
import type { Reason } from '../figure.ts';

/** Where every index begins. */
export const BASE_LEVEL = 100;

/** An index at the close of a session: enough to carry it on without its history. */
export interface IndexState {
  session: SessionDate;
  level: number;
  /** Units of each constituent that one index holds, on the basis of the prices. Σ units × price + cash = level. */
  units: ReadonlyMap<MarketSymbol, number>;
  /** What its weights left in cash, in index points. */
  cash: number;
  /** The last price of each constituent: carried on while one has none. */
  prices: ReadonlyMap<MarketSymbol, number>;
}

/** Closes of one session, adjusted for splits; absent or not positive is no price. */
export type Closes = ReadonlyMap<MarketSymbol, number>;

/** What could not be taken into an index, and why. */
export interface LeftOutOfIndex {
  symbol: MarketSymbol;
  reason: Reason;
}

/**
 * Begins an index, at {@link BASE_LEVEL} unless another level is given. Null when no weight belongs to a constituent with
 * a price.
 */
export function startIndex(
  session: SessionDate,
  weights: ReadonlyMap<MarketSymbol, number>,
  closes: Closes,
  level = BASE_LEVEL,
): { state: IndexState | null; leftOut: LeftOutOfIndex[] } {
  const state: IndexState = { session, level, units: new Map(), cash: level, prices: new Map() };
  return rebalanceIndex(state, weights, closes);
}

/**
 * The index at a later close: level = Σ units × price + cash, the units unchanged. A constituent without a price is carried
 * at its last one.
 */
export function advanceIndex(state: IndexState, session: SessionDate, closes: Closes): IndexState {
  const prices = new Map<MarketSymbol, number>();
  let level = state.cash;
  for (const [symbol, units] of state.units) {
    const price = priceIn(closes, symbol) ?? state.prices.get(symbol)!;
    prices.set(symbol, price);
    level += units * price;
  }
  return { ...state, session, level, prices };
}

/**
 * Applies new weights at the close of the state's session. Units change, the level does not (chain-linking: later levels are
 * linked to the one before). Constituents that never had a price are left out, and the others share their part in proportion.
 * If the weights add up to less than 1, the rest is cash. The state is null if none of the wanted constituents has a price:
 * the index then goes on unchanged.
 */
export function rebalanceIndex(
  state: IndexState,
  weights: ReadonlyMap<MarketSymbol, number>,
  closes: Closes,
): { state: IndexState | null; leftOut: LeftOutOfIndex[] } {
  const leftOut: LeftOutOfIndex[] = [];
  const prices = new Map<MarketSymbol, number>();
  let wanted = 0;
  let priced = 0;
  // Always in the same order: float sums depend on it, and another last bit would publish known levels again.
  for (const [symbol, weight] of [...weights].sort(bySymbol)) {
    if (!(weight > 0)) continue;
    wanted += weight;
    const price = priceIn(closes, symbol) ?? state.prices.get(symbol);
    if (price === undefined) leftOut.push({ symbol, reason: closes.has(symbol) ? 'bad_price' : 'no_price' });
    else {
      priced += weight;
      prices.set(symbol, price);
    }
  }
  if (priced === 0) return { state: null, leftOut };
  const invested = Math.min(1, wanted);
  const units = new Map<MarketSymbol, number>();
  for (const [symbol, price] of prices) {
    units.set(symbol, (state.level * invested * (weights.get(symbol)! / priced)) / price);
  }
  return { state: { ...state, units, cash: state.level * (1 - invested), prices }, leftOut };
}

function priceIn(closes: Closes, symbol: MarketSymbol): number | undefined {
  const price = closes.get(symbol);
  return price !== undefined && price > 0 && price < Infinity ? price : undefined;
}

const bySymbol = ([one]: [MarketSymbol, number], [other]: [MarketSymbol, number]): number => (one < other ? -1 : 1);
