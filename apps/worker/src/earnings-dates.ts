import type { WantEnd } from '@freshet/store';

type Dated = Pick<WantEnd, 'symbol' | 'earningsOn'>;

/** The most symbols that are remembered: some 10 MB. */
const MOST = 100_000;

/**
 * Remembers the earnings dates that this process has written, so that they aren't written again. Some providers send them with every
 * quote, though they change a few times a year.
 */
export function createEarningsDates(most = MOST) {
  const known = new Map<string, string>();
  return {
    /** The same ends, without the dates that are written already. */
    onlyNew: <End extends Dated>(ends: End[]): End[] =>
      ends.map((end) =>
        end.earningsOn !== undefined && known.get(end.symbol) === end.earningsOn
          ? { ...end, earningsOn: undefined }
          : end,
      ),
    written(ends: readonly Dated[]): void {
      if (known.size + ends.length > most) known.clear();
      for (const { symbol, earningsOn } of ends) if (earningsOn !== undefined) known.set(symbol, earningsOn);
    },
  };
}
