import { gaussian, mix } from './noise.ts';

// Local aliases, for the same reason as in noise.ts.
const { floor, sqrt } = Math;

/** How many stretches a day's path has: six minutes of a New York session, 22 of a day of 24 hours. */
export const STEPS = 64;
/** Days between two knots. Knots are drawn independently, the days between them by a bridge. A power of two. */
const KNOT = 1024;

export interface WalkShape {
  /** Standard deviation of one day's log return. */
  daily: number;
  /** Log drift of one day. */
  drift: number;
  /** Share of a day's variance that falls between the last close and the open. */
  gap: number;
  /** Standard deviation of the knots about the drift: how far the walk strays over the years. */
  spread: number;
  /** How many days' paths to cache: many for factors of all symbols, none for those of one symbol. */
  pathsKept: number;
}

/**
 * A random walk of log prices that can be read at any day without walking there: a Brownian bridge by halving (Lévy's
 * construction) between knots, so a day costs ten draws and no memory. Day 0 is level 0.
 */
export class Walk {
  readonly id: number;
  readonly shape: WalkShape;
  #paths = new Map<number, Float64Array>();
  #scratch = new Float64Array(STEPS + 1);

  constructor(id: number, shape: WalkShape) {
    this.id = id;
    this.shape = shape;
  }

  /** The log level at the close of a day. */
  close(day: number): number {
    const first = floor(day / KNOT);
    let low = first * KNOT;
    let a = this.#knot(first);
    if (day !== low) {
      let b = this.#knot(first + 1);
      for (let half = KNOT / 2; half >= 1; half /= 2) {
        const middle = low + half;
        const value = (a + b) / 2 + this.shape.daily * sqrt(half / 2) * gaussian(this.id ^ half, middle);
        if (day < middle) {
          b = value;
        } else {
          low = middle;
          a = value;
          if (day === middle) break;
        }
      }
    }
    return a + this.shape.drift * day;
  }

  #knot(index: number): number {
    return index === 0 ? 0 : this.shape.spread * gaussian(this.id ^ 0x3c6ef372, index);
  }

  /**
   * The log levels of the trading hours of a day, `STEPS + 1` of them from the open to the close. Not to be written to,
   * and not to be kept: the array may be used again.
   */
  path(day: number): Float64Array {
    const known = this.#paths.get(day);
    if (known) return known;
    if (this.shape.pathsKept === 0) return this.#bridge(day, this.#scratch);
    if (this.#paths.size >= this.shape.pathsKept) this.#paths.clear();
    const path = this.#bridge(day, new Float64Array(STEPS + 1));
    this.#paths.set(day, path);
    return path;
  }

  #bridge(day: number, path: Float64Array): Float64Array {
    const { daily, gap } = this.shape;
    const [before, close] = [this.close(day - 1), this.close(day)];
    const id = mix(this.id, day);
    path[0] = before + gap * (close - before) + daily * sqrt(gap * (1 - gap)) * gaussian(id, 0);
    path[STEPS] = close;
    const step = daily * sqrt((1 - gap) / STEPS);
    for (let length = STEPS; length > 1; length /= 2) {
      const spread = step * sqrt(length / 4);
      for (let from = 0; from < STEPS; from += length) {
        const middle = from + length / 2;
        path[middle] = ((path[from] as number) + (path[from + length] as number)) / 2 + spread * gaussian(id, middle);
      }
    }
    return path;
  }
}
