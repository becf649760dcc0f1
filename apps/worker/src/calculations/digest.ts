import { hash } from 'node:crypto';
import { pairOf } from '@freshet/market';
import type { HeldFrom, PortfolioToCalculate, SymbolToCalculate } from '@freshet/store';

/**
 * What a result was computed from, as one short text: equal when nothing that it depends on has changed. Whoever has the
 * digest of a stored result knows without arithmetic whether it still holds, and a recalculation of only what changed is
 * a full one.
 */
export interface Digests {
  /** Of the valuation: what is held, and the prices and rates of now. */
  snapshot: string;
  /** Of series and metrics: what was ever held, and all bars of it, of the rates and of the benchmark. */
  series: string;
}

/** Counts up when the arithmetic itself changes, so that what an older version stored is computed again. */
const VERSION = 1;

export function digestsOf(
  portfolio: PortfolioToCalculate,
  changes: readonly HeldFrom[],
  symbols: ReadonlyMap<string, SymbolToCalculate>,
): Digests {
  const { id, currency, cash, version, benchmark, holdings } = portfolio;
  const held = holdings
    .map((each) => [each.symbol, each.quantity, each.cost, each.targetWeight, each.since].join())
    .join(';');
  const own = [VERSION, id, currency, version, held].join('|');
  const quote = ({ symbol, price, previousClose, priceCurrency, quoteTime, splits }: SymbolToCalculate) =>
    [
      symbol,
      price,
      previousClose,
      priceCurrency,
      quoteTime?.getTime(),
      ...splits.map(({ day, ratio }) => `${day}:${ratio}`),
    ].join();
  const bars = ({ symbol, barsVersion, currency: traded }: SymbolToCalculate) => [symbol, barsVersion, traded].join();
  const among = (names: readonly string[]) => names.flatMap((name) => symbols.get(name) ?? []);
  const now = among(holdings.map(({ symbol }) => symbol));
  const ever = among([...new Set(changes.map(({ symbol }) => symbol)), benchmark]);
  const quotes = [...now, ...ratesFor(now, currency, symbols)].map(quote);
  const series = [...ever, ...ratesFor(ever, currency, symbols)].map(bars);
  const once = changes.map(({ symbol, quantity, at }) => `${symbol},${quantity},${at}`);
  return { snapshot: digest([own, cash, ...quotes]), series: digest([own, benchmark, ...once, ...series]) };
}

/** Every pair that a way from their currencies into the portfolio's may go over: its first or its last step has one of them. */
function ratesFor(
  held: readonly SymbolToCalculate[],
  currency: string,
  symbols: ReadonlyMap<string, SymbolToCalculate>,
): SymbolToCalculate[] {
  const foreign = new Set(held.flatMap((each) => [each.currency, each.priceCurrency ?? each.currency]));
  foreign.delete(currency);
  if (foreign.size === 0) return [];
  foreign.add(currency);
  return [...symbols.values()].filter((each) => {
    const pair = each.class === 'fx' ? pairOf(each.symbol) : null;
    return pair !== null && (foreign.has(pair.base) || foreign.has(pair.quote));
  });
}

const digest = (parts: readonly string[]): string => hash('sha1', parts.join('\n'), 'base64url');
