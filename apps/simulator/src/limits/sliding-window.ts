import type { RealWindow, WindowCounter } from './window.ts';

interface Arrival {
  ms: number;
  units: number;
}

/**
 * Counts what arrived in the last `perSeconds`. A call leaves exactly one window after it came, so two calls a whole
 * window apart never count together.
 */
export class SlidingWindow implements WindowCounter {
  readonly limit: RealWindow;
  #lengthMs: number;
  #arrivals: Arrival[] = [];
  /**
   * How many arrivals at the front have left the window. They are removed in bulk, because shifting an array is costly.
   */
  #gone = 0;
  #used = 0;

  constructor(limit: RealWindow) {
    this.limit = limit;
    this.#lengthMs = limit.perSeconds * 1000;
  }

  used(nowMs: number): number {
    for (let first = this.#arrivals[this.#gone]; first && nowMs - first.ms >= this.#lengthMs; ) {
      this.#used -= first.units;
      first = this.#arrivals[++this.#gone];
    }
    if (this.#gone > 1000 && this.#gone * 2 > this.#arrivals.length) {
      this.#arrivals = this.#arrivals.slice(this.#gone);
      this.#gone = 0;
    }
    return this.#used;
  }

  add(nowMs: number, units: number): void {
    this.#arrivals.push({ ms: nowMs, units });
    this.#used += units;
  }

  fitsAt(nowMs: number, units: number): number {
    let excess = this.used(nowMs) + units - this.limit.limit;
    if (excess <= 0) return nowMs;
    for (let i = this.#gone; i < this.#arrivals.length; i++) {
      const arrival = this.#arrivals[i] as Arrival;
      excess -= arrival.units;
      if (excess <= 0) return arrival.ms + this.#lengthMs;
    }
    // A call above the whole limit never fits, but the provider still reports when the window ends.
    return nowMs + this.#lengthMs;
  }

  resetsAt(nowMs: number): number {
    this.used(nowMs);
    return (this.#arrivals.at(-1)?.ms ?? nowMs) + (this.#used > 0 ? this.#lengthMs : 0);
  }
}
