import { type BarSeries, barSeries, type Queryable } from '@freshet/store';

/** Enough for ten thousand symbols of two years. */
const MOST_BYTES = 64 * 1024 * 1024;

type Wanted = { symbol: string; barsVersion: number };

/** Daily bars cached by this process, by symbol. They are read again when their version has changed. */
export interface BarsInMemory {
  /** The series of these symbols at (or after) these versions; symbols without bars are left out. */
  of(db: Queryable, wanted: readonly Wanted[]): Promise<BarSeries[]>;
  readonly bytes: number;
}

/** Bounded: the least recently used are evicted first. Reads queue up, because the next one mostly wants the same symbols. */
export function createBarsInMemory(mostBytes = MOST_BYTES): BarsInMemory {
  const known = new Map<string, BarSeries>();
  let bytes = 0;
  let reading: Promise<unknown> = Promise.resolve();

  function keep(series: BarSeries): void {
    forget(series.symbol);
    known.set(series.symbol, series);
    bytes += sizeOf(series);
    for (const symbol of known.keys()) {
      if (bytes <= mostBytes) break;
      forget(symbol);
    }
  }

  function forget(symbol: string): void {
    const series = known.get(symbol);
    if (!series) return;
    known.delete(symbol);
    bytes -= sizeOf(series);
  }

  /** Reads those of `wanted` that aren't cached, and caches them as far as there is room. */
  async function read(db: Queryable, wanted: readonly Wanted[], found: Map<string, BarSeries>): Promise<void> {
    const missing = wanted.filter(({ symbol, barsVersion }) => {
      const series = known.get(symbol);
      if (series?.version === barsVersion) found.set(symbol, series);
      return series?.version !== barsVersion;
    });
    const series = await barSeries(
      db,
      missing.map(({ symbol }) => symbol),
    );
    const bySymbol = new Map(series.map((each) => [each.symbol, each]));
    for (const { symbol, barsVersion } of missing) {
      // The absence of bars is cached too.
      const own = bySymbol.get(symbol) ?? withoutBars(symbol, barsVersion);
      found.set(symbol, own);
      keep(own);
    }
  }

  return {
    get bytes() {
      return bytes;
    },
    async of(db, wanted) {
      const found = new Map<string, BarSeries>();
      const before = reading;
      const own = (async () => {
        await before;
        await read(db, wanted, found);
      })();
      reading = own.catch(() => {});
      await own;
      for (const [symbol, series] of found) {
        // Moved to the end: evicted last.
        if (known.delete(symbol)) known.set(symbol, series);
      }
      return [...found.values()].filter(({ days }) => days.length > 0);
    },
  };
}

function withoutBars(symbol: string, version: number): BarSeries {
  const none = new Float64Array(new SharedArrayBuffer(0));
  return { symbol, version, days: new Int32Array(none.buffer), closes: none, splits: none, dividends: none };
}

const sizeOf = ({ days, closes, splits, dividends }: BarSeries): number =>
  days.byteLength + closes.byteLength + splits.byteLength + dividends.byteLength + 400;
