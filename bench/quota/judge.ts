import { type Arrival, arrivalsAt, mostIn, usedShare } from '../../tests/simulator-log.ts';

/** A lane that is measured, and its windows. */
export interface JudgedLane {
  provider: string;
  /** As `<NAME>_LIMITS` and the simulator's `--limits` have them. */
  limits: string;
  prefix: 'FINNHUB' | 'CRYPTOCOMPARE' | 'TWELVE_DATA';
  windows: { limit: number; perSeconds: number; counts?: 'cost' }[];
}

export interface Verdict {
  /** Used share of the shortest window, from one length after the first call on. */
  used: number;
  calls: number;
  /** The most in any stretch, beside what its window allows, the fullest window first. */
  fullest: string;
  /** Units over the limit of any window, by the walk of this file. */
  over: number;
  /** Calls that the simulator itself counted as over. */
  violations: number;
}

/** Judges one lane by the simulator's log between two moments, window by window. */
export async function judge(simulator: string, lane: JudgedLane, fromMs: number, toMs: number): Promise<Verdict> {
  const all = await arrivalsAt(simulator, lane.provider);
  const arrivals = all.filter(({ atMs }) => atMs <= toMs);
  const since = arrivals.filter(({ atMs }) => atMs >= fromMs);
  const [shortest] = lane.windows as [JudgedLane['windows'][number]];
  const peaks = lane.windows
    .map((window) => ({ window, most: mostIn(weighed(arrivals, window), window.perSeconds * 1_000) }))
    .sort((one, other) => other.most / other.window.limit - one.most / one.window.limit);
  return {
    used: usedShare(weighed(arrivals, shortest), {
      limit: shortest.limit,
      lengthMs: shortest.perSeconds * 1_000,
      fromMs,
      toMs,
    }),
    calls: since.length,
    fullest: peaks.map(({ window, most }) => `${most} of ${window.limit} in ${window.perSeconds} s`).join(', '),
    over: peaks.reduce((sum, { window, most }) => sum + Math.max(0, most - window.limit), 0),
    violations: since.filter(({ violation }) => violation).length,
  };
}

function weighed(arrivals: Arrival[], { counts }: { counts?: 'cost' }): { atMs: number; cost: number }[] {
  return arrivals.map(({ atMs, cost }) => ({ atMs, cost: counts === 'cost' ? cost : 1 }));
}

/** When each lane's first call arrived; null before. */
export async function firstCall(simulator: string, { provider }: JudgedLane): Promise<number | null> {
  const [first] = await arrivalsAt(simulator, provider);
  return first?.atMs ?? null;
}
