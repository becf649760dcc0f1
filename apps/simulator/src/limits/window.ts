import type { QuotaWindow, SimulatedWindow } from '@freshet/providers';

/** A limit as the real provider enforces it. */
export interface RealWindow extends QuotaWindow {
  /**
   * Resets at full multiples of its length by the clock, as Binance's minute does. Absent: it slides, unless `resets`.
   */
  byTheClock?: boolean;
}

/** One counter of one account. */
export interface WindowCounter {
  readonly limit: RealWindow;
  /** Units used at a moment, in ms since 1970. */
  used(nowMs: number): number;
  add(nowMs: number, units: number): void;
  /** The earliest moment at which so many more units fit; `nowMs` when they fit now. */
  fitsAt(nowMs: number, units: number): number;
  /** When it resets; for a sliding window: when it is empty again. */
  resetsAt(nowMs: number): number;
}

/** The units that a call counts in a window. */
export function unitsIn(window: QuotaWindow, cost: number): number {
  return window.counts === 'cost' ? cost : 1;
}

/** The counter's state as the provider's headers report it. */
export function stateOf(counter: WindowCounter, nowMs: number): SimulatedWindow {
  const used = counter.used(nowMs);
  return {
    ...counter.limit,
    used,
    remaining: Math.max(0, counter.limit.limit - used),
    resetsAt: new Date(counter.resetsAt(nowMs)),
  };
}
