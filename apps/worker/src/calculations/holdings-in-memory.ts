import {
  changesToCalculate,
  type HeldFrom,
  type Holding,
  holdingsToCalculate,
  type CalculatedPortfolio,
  type Queryable,
} from '@freshet/store';
import { changesText, holdingsText, toShared } from './arithmetic/held-rows.ts';
import { sumOf } from './sum.ts';

/** What a portfolio holds and ever held, with a hash of each. Kept in memory, because every recalculation needs them. */
export interface Held {
  /** Its {@link Holding}s and its {@link HeldFrom}s, packed for the threads. */
  holdings: Uint8Array;
  changes: Uint8Array;
  /** Symbols that it holds now. */
  symbolsNow: string[];
  /** Symbols that it ever held, those of now included. */
  symbolsEver: string[];
  /** Hash of the holdings. */
  now: string;
  /** Hash of the changes. */
  ever: string;
}

/** Some 5,000 portfolios of 30 holdings. */
const MOST_BYTES = 40 * 1024 * 1024;

/** What portfolios hold, cached by this process. Every change gives a portfolio a new version, for which it is read again. */
export interface HoldingsInMemory {
  /** Read the portfolios' rows before calling this: a change in between is then read again next time, and never missed. */
  of(db: Queryable, portfolios: readonly CalculatedPortfolio[]): Promise<Map<string, Held>>;
}

/** Bounded: the least recently used are evicted first. */
export function createHoldingsInMemory(mostBytes = MOST_BYTES): HoldingsInMemory {
  const known = new Map<string, { version: number; held: Held }>();
  let bytes = 0;

  function keep(id: string, version: number, held: Held): void {
    forget(id);
    known.set(id, { version, held });
    bytes += sizeOf(held);
    for (const other of known.keys()) {
      if (bytes <= mostBytes) break;
      forget(other);
    }
  }

  function forget(id: string): void {
    const own = known.get(id);
    if (own) bytes -= sizeOf(own.held);
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
      const once = sharingTexts();
      for (const { id, version } of missing) {
        const held = heldOf(holdings.get(id) ?? [], changes.get(id) ?? [], once);
        found.set(id, held);
        keep(id, version, held);
      }
      return found;
    },
  };
}

const sizeOf = ({ holdings, changes, symbolsEver }: Held): number =>
  holdings.byteLength + changes.byteLength + symbolsEver.length * 16 + 600;

function heldOf(holdings: Holding[], changes: HeldFrom[], once: (symbol: string) => string): Held {
  const symbolsNow = holdings.map(({ symbol }) => once(symbol));
  const [now, ever] = [holdingsText(holdings), changesText(changes)];
  return {
    holdings: toShared(now),
    changes: toShared(ever),
    symbolsNow,
    symbolsEver: [...new Set([...changes.map(({ symbol }) => once(symbol)), ...symbolsNow])],
    now: sumOf(now),
    ever: sumOf(ever),
  };
}

/** Interns texts: equal symbols of many portfolios share one string. */
function sharingTexts(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const own = known.get(text);
    if (own === undefined) known.set(text, text);
    return own ?? text;
  };
}
