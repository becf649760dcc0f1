import type { Instrument } from './instrument.ts';
import { uniform } from './noise.ts';
import { STEPS } from './walk.ts';

/** The log levels of an instrument through a session, `STEPS + 1` of them. */
export type DayPath = Float64Array;

/** The path of the session of a day (since 1970): the weighted sum of the factors' paths, written into `sum`. */
export function dayPath({ factors }: Instrument, day: number, sum: DayPath = new Float64Array(STEPS + 1)): DayPath {
  sum.fill(0);
  for (const { factor, weight } of factors) {
    if (factor.moves(day)) {
      const path = factor.walk.path(factor.day(day));
      for (let i = 0; i <= STEPS; i++) sum[i] = (sum[i] as number) + weight * (path[i] as number);
    } else {
      const level = weight * factor.walk.close(factor.day(day));
      for (let i = 0; i <= STEPS; i++) sum[i] = (sum[i] as number) + level;
    }
  }
  return sum;
}

/** The log level at the close of a day: what `dayPath` ends at, without the way. */
export function closeLevel({ factors }: Instrument, day: number): number {
  let sum = 0;
  for (const { factor, weight } of factors) sum += weight * factor.walk.close(factor.day(day));
  return sum;
}

/** How far a session has come. */
export interface Progress {
  level: number;
  high: number;
  low: number;
}

/**
 * The level after a share of the session, with the extremes so far. Between two points of the path the level wanders from
 * second to second but stays within the extremes of the points around it, so highs only rise, lows only fall, and at the
 * close they are the day's.
 */
export function progress(path: DayPath, share: number, second: number, id: number): Progress {
  const at = Math.min(Math.max(share, 0), 1) * STEPS;
  const step = Math.min(Math.floor(at), STEPS - 1);
  let high = path[0] as number;
  let low = high;
  for (let i = 1; i <= step + (at > step ? 1 : 0); i++) {
    const level = path[i] as number;
    if (level > high) high = level;
    if (level < low) low = level;
  }
  const [from, to] = [path[step] as number, path[step + 1] as number];
  const part = at - step;
  if (part === 1) return { level: to, high, low };
  const straight = from + (to - from) * part;
  const wiggle = Math.abs(to - from) * 2.4 * part * (1 - part) * (flicker(id, second) - 0.5);
  return { level: Math.min(Math.max(straight + wiggle, low), high), high, low };
}

/** A value in [0, 1) for a moment, without jumps. */
function flicker(id: number, second: number): number {
  const whole = Math.floor(second);
  const [a, b] = [uniform(id, whole), uniform(id, whole + 1)];
  return a + (b - a) * (second - whole);
}
