import type { QuotaWindow, SimulatedWindow } from '@freshet/providers';

/** A limit as the real provider keeps it. */
export interface RealWindow extends QuotaWindow {
  /** Starts anew at every full multiple of its length by the clock, as Binance's minute does. Absent: it slides. */
  byTheClock?: boolean;
}

/** One counter of one account. */
export interface WindowCounter {
  readonly limit: RealWindow;
  /** Units used at a moment, in ms since 1970. */
  used(nowMs: number): number;
  add(nowMs: number, units: number): void;
  /** The moment from which so many more units would fit; `nowMs` when they fit now. */
  fitsAt(nowMs: number, units: number): number;
  /** When it is empty again, or starts anew. */
  resetsAt(nowMs: number): number;
}

/** What a call counts in a window. */
export function unitsIn(window: QuotaWindow, cost: number): number {
  return window.counts === 'cost' ? cost : 1;
}

/** The counter as the provider's headers tell of it. */
export function stateOf(counter: WindowCounter, nowMs: number): SimulatedWindow {
  const used = counter.used(nowMs);
  return {
    ...counter.limit,
    used,
    remaining: Math.max(0, counter.limit.limit - used),
    resetsAt: new Date(counter.resetsAt(nowMs)),
  };
}
