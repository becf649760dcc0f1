import {
  changesToCalculate,
  type HeldFrom,
  type Holding,
  holdingsToCalculate,
  type CalculatedPortfolio,
  type Queryable,
} from '@freshet/store';
import { sumOf } from './sum.ts';

/** What a portfolio holds and ever held, and a sum of each: worked out once, for each recalculation asks for them. */
export interface Held {
  holdings: Holding[];
  changes: HeldFrom[];
  /** Every symbol that it ever held, those that it holds among them. */
  symbols: string[];
  now: string;
  ever: string;
}

/** Some 40 MB. */
const MOST_ROWS = 200_000;

/** What portfolios hold, as this process has read it: read again when a portfolio has another version, as every change gives it. */
export interface HoldingsInMemory {
  /** The rows of the portfolios must have been read before, in this order: a change in between is read again, never missed. */
  of(db: Queryable, portfolios: readonly CalculatedPortfolio[]): Promise<Map<string, Held>>;
}

/** Bounded: what was used longest ago goes first. */
export function createHoldingsInMemory(most = MOST_ROWS): HoldingsInMemory {
  const known = new Map<string, { version: number; held: Held }>();
  let count = 0;

  function keep(id: string, version: number, held: Held): void {
    forget(id);
    known.set(id, { version, held });
    count += sizeOf(held);
    for (const other of known.keys()) {
      if (count <= most) break;
      forget(other);
    }
  }

  function forget(id: string): void {
    const own = known.get(id);
    if (own) count -= sizeOf(own.held);
    known.delete(id);
  }

  return {
    async of(db, portfolios) {
      const found = new Map<string, Held>();
      const missing: CalculatedPortfolio[] = [];
      for (const portfolio of portfolios) {
        const own = known.get(portfolio.id);
        if (own?.version !== portfolio.version) missing.push(portfolio);
        else {
          found.set(portfolio.id, own.held);
          known.delete(portfolio.id);
          known.set(portfolio.id, own);
        }
      }
      if (missing.length === 0) return found;
      const ids = missing.map(({ id }) => id);
      const [holdings, changes] = await Promise.all([holdingsToCalculate(db, ids), changesToCalculate(db, ids)]);
      for (const { id, version } of missing) {
        const held = heldOf(holdings.get(id) ?? [], changes.get(id) ?? []);
        found.set(id, held);
        keep(id, version, held);
      }
      return found;
    },
  };
}

const sizeOf = ({ holdings, changes }: Held): number => 1 + holdings.length + changes.length;

function heldOf(holdings: Holding[], changes: HeldFrom[]): Held {
  const now = holdings.map(({ symbol, quantity, cost, targetWeight, since }) =>
    [symbol, quantity, cost, targetWeight ?? '', since].join(),
  );
  const ever = changes.map(({ symbol, quantity, at }) => [symbol, quantity, at].join());
  const symbols = new Set([...changes, ...holdings].map(({ symbol }) => symbol));
  return { holdings, changes, symbols: [...symbols], now: sumOf(now), ever: sumOf(ever) };
}
