import type { WantEnd } from '@freshet/store';

type Dated = Pick<WantEnd, 'symbol' | 'earningsOn'>;

/** The most symbols that are remembered: some 10 MB. */
const MOST = 100_000;
/** Another worker, or a person, may have written another date meanwhile. So one that is told again is written again after this time. */
const REMEMBERED_MS = 3_600_000;

/**
 * Remembers the earnings dates that this process has written, so that they aren't written again. Some providers send them with every
 * quote, though they change a few times a year.
 */
export function createEarningsDates({ most = MOST, now = Date.now }: { most?: number; now?: () => number } = {}) {
  const known = new Map<string, { date: string; untilMs: number }>();
  const isKnown = ({ symbol, earningsOn }: Dated) => {
    const last = known.get(symbol);
    return last !== undefined && last.date === earningsOn && now() < last.untilMs;
  };
  return {
    /** The same ends, without the dates that are written already. */
    onlyNew: <End extends Dated>(ends: End[]): End[] =>
      ends.map((end) => (end.earningsOn !== undefined && isKnown(end) ? { ...end, earningsOn: undefined } : end)),
    written(ends: readonly Dated[]): void {
      if (known.size + ends.length > most) known.clear();
      const untilMs = now() + REMEMBERED_MS;
      for (const { symbol, earningsOn } of ends)
        if (earningsOn !== undefined) known.set(symbol, { date: earningsOn, untilMs });
    },
  };
}
