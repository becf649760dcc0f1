import { periodOf } from './period.ts';
import type { RealWindow, WindowCounter } from './window.ts';

/** Counts what arrived since the window last started anew. */
export class ResetWindow implements WindowCounter {
  readonly limit: RealWindow;
  #used = 0;
  #endsMs = Number.NEGATIVE_INFINITY;

  constructor(limit: RealWindow) {
    this.limit = limit;
  }

  used(nowMs: number): number {
    if (nowMs >= this.#endsMs) {
      this.#endsMs = periodOf(this.limit, nowMs).endMs;
      this.#used = 0;
    }
    return this.#used;
  }

  add(nowMs: number, units: number): void {
    this.#used = this.used(nowMs) + units;
  }

  fitsAt(nowMs: number, units: number): number {
    return this.used(nowMs) + units <= this.limit.limit ? nowMs : this.#endsMs;
  }

  resetsAt(nowMs: number): number {
    this.used(nowMs);
    return this.#endsMs;
  }
}
