import { type Load, load } from './load.ts';
import { percentile, type Result, round } from './row.ts';

const SECONDS = 4;
const ROUNDS = 3;

/** What is sent for a round of load. */
export type Sent = Omit<Load, 'seconds'>;

/**
 * Requests/s of ours beside those of a bare peer, in turns, so that a slow minute hits both. `expects`: the status that all of ours are
 * answered with; one that isn't makes the row worth nothing.
 */
export async function besidePeer(own: Sent, peer: Sent, expects: number): Promise<Result> {
  const ours: number[] = [];
  const theirs: number[] = [];
  const p50: number[] = [];
  const p99: number[] = [];
  let failed = 0;
  for (let i = 0; i < ROUNDS; i++) {
    theirs.push((await load({ ...peer, seconds: SECONDS })).perSecond);
    const said = await load({ ...own, seconds: SECONDS });
    ours.push(said.perSecond);
    p50.push(said.p50);
    p99.push(said.p99);
    failed += said.failed;
  }
  const ratio = percentile(
    ours.map((each, i) => each / (theirs[i] as number)),
    0.5,
  );
  return {
    figures: {
      'requests/s': round(percentile(ours, 0.5), 0),
      'peer requests/s': round(percentile(theirs, 0.5), 0),
      'p50 ms': percentile(p50, 0.5),
      'p99 ms': percentile(p99, 0.5),
      [`not ${expects}`]: failed,
    },
    measured: failed === 0 ? ratio : 0,
    bar: { at: 0.85, is: 'at least' },
  };
}
