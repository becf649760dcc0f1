import type { Fault } from './fault.ts';
import { fullWindow } from './full-window.ts';

/** Binance's 418, or the other providers' way of banning an address. */
export const ban: Fault = {
  name: 'ban',
  does: 'Refuses the address altogether (s: for how long it says, default 120).',
  settings: { s: 120 },
  instead(call) {
    const seconds = call.settings.s ?? 120;
    const until = new Date(call.now.getTime() + seconds * 1000);
    return call.refusals.overLimit(fullWindow(call.windows[0], call.now, seconds), call.request, call.now, until);
  },
};
