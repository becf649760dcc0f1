import { periodOf } from './period.ts';
import { type RealWindow, unitsIn } from './window.ts';

/** A call as the log has it. */
export interface LoggedArrival {
  atMs: number;
  cost: number;
}

/**
 * The most units that any window of that length held, found by walking over the arrivals. It is independent of the
 * counters that decided at the time, so that it can check them. Sliding windows begin at each arrival; the others at
 * their resets.
 */
export function mostInWindow(arrivals: readonly LoggedArrival[], window: RealWindow): number {
  return window.resets || window.byTheClock ? mostInPeriod(arrivals, window) : mostInStretch(arrivals, window);
}

function mostInStretch(arrivals: readonly LoggedArrival[], window: RealWindow): number {
  const lengthMs = window.perSeconds * 1000;
  let [most, sum, end] = [0, 0, 0];
  for (const first of arrivals) {
    for (let next = arrivals[end]; next && next.atMs - first.atMs < lengthMs; next = arrivals[++end]) {
      sum += unitsIn(window, next.cost);
    }
    most = Math.max(most, sum);
    sum -= unitsIn(window, first.cost);
  }
  return most;
}

function mostInPeriod(arrivals: readonly LoggedArrival[], window: RealWindow): number {
  const sums = new Map<number, number>();
  let period = { startMs: 0, endMs: 0 };
  for (const { atMs, cost } of arrivals) {
    if (atMs >= period.endMs || atMs < period.startMs) period = periodOf(window, atMs);
    sums.set(period.startMs, (sums.get(period.startMs) ?? 0) + unitsIn(window, cost));
  }
  return Math.max(0, ...sums.values());
}
