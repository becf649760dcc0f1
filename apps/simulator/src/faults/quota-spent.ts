import type { Fault } from './fault.ts';
import { fullWindow } from './full-window.ts';

/** Somebody else with the same key has used it all. */
export const quotaSpent: Fault = {
  name: 'quota-spent',
  does: 'Refuses as if the longest window were used up (s: until it opens again, default 3600).',
  settings: { s: 3600 },
  instead(call) {
    const [longest] = call.windows.toSorted((a, b) => b.perSeconds - a.perSeconds);
    return call.refusals.overLimit(fullWindow(longest, call.now, call.settings.s ?? 3600), call.request, call.now);
  },
};
