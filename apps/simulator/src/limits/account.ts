import type { SimulatedWindow } from '@freshet/providers';
import type { RealRules } from './real-rules.ts';
import { ResetWindow } from './reset-window.ts';
import { SlidingWindow } from './sliding-window.ts';
import { type RealWindow, stateOf, unitsIn, type WindowCounter } from './window.ts';

/** Whether the limits allow a call. */
export type Verdict = { over: null } | { over: SimulatedWindow; bannedUntil?: Date };

/** One customer of a provider: a key, or an address where there are no keys. Calls are counted on arrival. */
export class Account {
  #rules: RealRules;
  #counters: WindowCounter[];
  #refusedInARow = 0;
  #bans = 0;
  #bannedUntilMs = 0;

  /** `windows` replaces the windows of the rules when others were set. */
  constructor(rules: RealRules, windows: RealWindow[] = rules.windows) {
    this.#rules = rules;
    this.#counters = windows.map((limit) =>
      limit.resets || limit.byTheClock ? new ResetWindow(limit) : new SlidingWindow(limit),
    );
  }

  /** Counts a call that arrives now, and says whether a limit forbids it. */
  arrive(nowMs: number, cost: number): Verdict {
    const banned = nowMs < this.#bannedUntilMs;
    const over = this.#fullest(nowMs, cost);
    if ((!over && !banned) || this.#rules.countsRefused) {
      for (const counter of this.#counters) counter.add(nowMs, unitsIn(counter.limit, cost));
    }
    if (banned) return this.#refusal(over ?? this.#counters[0], nowMs, cost);
    if (!over) {
      this.#refusedInARow = 0;
      return { over: null };
    }
    this.#refusedInARow += 1;
    this.#banWhoInsists(nowMs);
    return this.#refusal(over, nowMs, cost);
  }

  /** All counters at a moment, for headers and summaries. */
  windows(nowMs: number): SimulatedWindow[] {
    return this.#counters.map((counter) => stateOf(counter, nowMs));
  }

  /** The counter that forbids the call for the longest time, if any does. */
  #fullest(nowMs: number, cost: number): WindowCounter | undefined {
    let [longest, until]: [WindowCounter | undefined, number] = [undefined, nowMs];
    for (const counter of this.#counters) {
      const units = unitsIn(counter.limit, cost);
      if (counter.used(nowMs) + units <= counter.limit.limit) continue;
      const fits = counter.fitsAt(nowMs, units);
      if (!longest || fits > until) [longest, until] = [counter, fits];
    }
    return longest;
  }

  #refusal(counter: WindowCounter | undefined, nowMs: number, cost: number): Verdict {
    if (!counter) return { over: null };
    const fits = counter.fitsAt(nowMs, unitsIn(counter.limit, cost));
    const over = { ...stateOf(counter, nowMs), resetsAt: new Date(Math.max(fits, nowMs)) };
    return nowMs < this.#bannedUntilMs ? { over, bannedUntil: new Date(this.#bannedUntilMs) } : { over };
  }

  #banWhoInsists(nowMs: number): void {
    const { ban } = this.#rules;
    if (!ban || this.#refusedInARow < ban.afterRefused) return;
    this.#bannedUntilMs = nowMs + Math.min(ban.firstMs * 2 ** this.#bans, ban.longestMs);
    this.#bans += 1;
    this.#refusedInARow = 0;
  }
}
