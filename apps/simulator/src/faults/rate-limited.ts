import type { Fault } from './fault.ts';
import { fullWindow } from './full-window.ts';

/** The provider reports too many calls although its limits aren't reached. */
export const rateLimited: Fault = {
  name: 'rate-limited',
  does: 'Refuses as if the shortest window were full (s: until it opens again, default 30).',
  settings: { s: 30 },
  instead(call) {
    const [shortest] = call.windows.toSorted((a, b) => a.perSeconds - b.perSeconds);
    return call.refusals.overLimit(fullWindow(shortest, call.now, call.settings.s ?? 30), call.request, call.now);
  },
};
