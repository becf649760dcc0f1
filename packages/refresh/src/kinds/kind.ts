import type { MarketSymbol } from '@freshet/market';
import type { RefreshKind, RefreshTarget } from '@freshet/contracts';
import type { Scope, ScopeSource } from '../ports.ts';

/** A kind of refresh: one file, and one line in the catalogue. */
export interface Kind {
  kind: RefreshKind;
  /** What it refreshes, for people. */
  title: string;
  /** Whether strategies, allocations, index levels and metrics follow the fetching. */
  calculates: boolean;
  /** Which symbols, portfolios and strategies it is about. `symbols`: those that the request names, null for all. */
  scope(ask: { target: RefreshTarget; symbols: MarketSymbol[] | null }, source: ScopeSource): Promise<Scope>;
}

export const nothing: Scope = { symbols: [], portfolios: [], strategies: [] };

/** The scope's symbols, narrowed to those that the request names. */
export function narrowed(scope: MarketSymbol[], named: MarketSymbol[] | null): MarketSymbol[] {
  if (!named) return scope;
  const wanted = new Set(named);
  return scope.filter((symbol) => wanted.has(symbol));
}
