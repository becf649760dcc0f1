import { type BarSeries, barSeries, type Queryable } from '@freshet/store';

/** Enough for ten thousand symbols of two years. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Daily bars that this process has read, by symbol: read again when their version says that they changed. */
export interface BarsInMemory {
  /** The series of these symbols at (or after) these versions; symbols without bars are left out. */
  of(db: Queryable, wanted: readonly { symbol: string; barsVersion: number }[]): Promise<BarSeries[]>;
  readonly bytes: number;
}

/** Bounded: what was used longest ago goes first. One reads at a time, for whoever comes next wants mostly the same symbols. */
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

  return {
    get bytes() {
      return bytes;
    },
    async of(db, wanted) {
      const lacks = ({ symbol, barsVersion }: { symbol: string; barsVersion: number }) =>
        known.get(symbol)?.version !== barsVersion;
      if (wanted.some(lacks)) {
        const read = reading.then(async () => {
          const missing = wanted.filter(lacks);
          if (missing.length === 0) return;
          const found = new Map(
            (
              await barSeries(
                db,
                missing.map(({ symbol }) => symbol),
              )
            ).map((each) => [each.symbol, each]),
          );
          // That a symbol has no bars is remembered too.
          for (const { symbol, barsVersion } of missing) keep(found.get(symbol) ?? withoutBars(symbol, barsVersion));
        });
        reading = read.catch(() => {});
        await read;
      }
      const found = wanted.flatMap(({ symbol }) => known.get(symbol) ?? []);
      for (const series of found) {
        // Used last, so forgotten last.
        known.delete(series.symbol);
        known.set(series.symbol, series);
      }
      return found.filter(({ days }) => days.length > 0);
    },
  };
}

function withoutBars(symbol: string, version: number): BarSeries {
  const none = new SharedArrayBuffer(0);
  return { symbol, version, days: new Int32Array(none), closes: new Float64Array(none), splits: [], dividends: [] };
}

const sizeOf = ({ days, closes, splits, dividends }: BarSeries): number =>
  days.byteLength + closes.byteLength + 48 * (splits.length + dividends.length) + 200;
