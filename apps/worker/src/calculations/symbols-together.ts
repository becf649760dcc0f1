import { rateOf } from '@freshet/market';
import { type Queryable, type SymbolToCalculate, symbolsToCalculate } from '@freshet/store';

/** Slices that are calculated within so long of each other share what was read of symbols. */
const SHARED_MS = 1_000;
/** Refreshes calculated side by side. */
const MOST = 8;

/** What is known of symbols, read once for slices of one refresh that this process calculates shortly after each other. */
export interface SymbolsRead {
  /**
   * These symbols with all rates, and when they were read. Results bear that time: of two that are written, those of the later
   * prices stay, whichever was written last: snapshots, series, and metrics with their periods.
   */
  of(db: Queryable, symbols: readonly string[]): Promise<{ symbols: SymbolToCalculate[]; asOf: Date }>;
}

/** By a key that is another once the prices that are to be read have come. */
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
  /** Null: there is no such symbol. */
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
      // One reads at a time, for whoever comes next wants mostly the same; what another couldn't read is read here.
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
