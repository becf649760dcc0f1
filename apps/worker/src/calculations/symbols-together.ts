import { rateOf } from '@freshet/market';
import { type Queryable, type SymbolToCalculate, symbolsToCalculate } from '@freshet/store';

/** Slices calculated within this time of each other share what was read of symbols. */
const SHARED_MS = 1_000;
/** Refreshes calculated at the same time whose reads are kept. */
const MOST = 8;

/** Symbols, read once for all slices of one refresh that this process calculates shortly after each other. */
export interface SymbolsRead {
  /**
   * These symbols and all rates, with the time of reading. Results carry that time, so of two results the one with the later
   * prices stays, whichever was written last. That holds for snapshots, series, and metrics with their periods.
   */
  of(db: Queryable, symbols: readonly string[]): Promise<{ symbols: SymbolToCalculate[]; asOf: Date }>;
}

/** By key: the refresh, and whether its prices have arrived. A new key reads again. */
export function createSymbolsTogether(now: () => Date): (key: string) => SymbolsRead {
  const reads = new Map<string, SymbolsRead & { asOf: Date }>();
  return (key) => {
    const known = reads.get(key);
    if (known && now().getTime() - known.asOf.getTime() <= SHARED_MS) return known;
    const read = readOnce(now());
    reads.delete(key);
    reads.set(key, read);
    for (const other of reads.keys()) {
      if (reads.size <= MOST) break;
      reads.delete(other);
    }
    return read;
  };
}

function readOnce(asOf: Date): SymbolsRead & { asOf: Date } {
  /** Null for a symbol that doesn't exist. */
  const known = new Map<string, SymbolToCalculate | null>();
  let reading: Promise<unknown> = Promise.resolve();

  async function read(db: Queryable, symbols: readonly string[]): Promise<void> {
    const missing = symbols.filter((symbol) => !known.has(symbol));
    if (missing.length === 0) return;
    const rows = await symbolsToCalculate(db, missing);
    for (const symbol of missing) known.set(symbol, null);
    for (const row of rows) known.set(row.symbol, row);
  }

  return {
    asOf,
    async of(db, symbols) {
      // Reads queue up, because the next one mostly wants the same symbols. After a read that failed, this one reads them itself.
      const own = reading.then(() => read(db, symbols));
      reading = own.catch(() => {});
      await own;
      const wanted = new Set(symbols);
      const rows = [...known.values()].filter((row) => row !== null);
      return { asOf, symbols: rows.filter((row) => wanted.has(row.symbol) || rateOf(row) !== null).sort(bySymbol) };
    },
  };
}

const bySymbol = (one: SymbolToCalculate, other: SymbolToCalculate): number => (one.symbol < other.symbol ? -1 : 1);
