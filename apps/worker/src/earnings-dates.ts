import type { WantEnd } from '@freshet/store';

type Dated = Pick<WantEnd, 'symbol' | 'earningsOn'>;

/** Some 10 MB. */
const MOST = 100_000;

/**
 * Earnings dates that this process has written already. Some providers tell them along with every quote, and they change a few
 * times a year: what is known costs no write.
 */
export function createEarningsDates(most = MOST) {
  const known = new Map<string, string>();
  return {
    /** The ends without the dates that are known. */
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
