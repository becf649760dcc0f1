import type { SimulatedWindow } from '@freshet/providers';
import type { RealWindow } from '../limits/window.ts';

/** A window with nothing left in it for so many seconds; one of a minute where the provider keeps none. */
export function fullWindow(window: RealWindow | undefined, now: Date, forSeconds: number): SimulatedWindow {
  const limit = window ?? { limit: 60, perSeconds: 60 };
  return { ...limit, used: limit.limit, remaining: 0, resetsAt: new Date(now.getTime() + forSeconds * 1000) };
}
