import type { Fault } from './fault.ts';

/** Every byte arrives in time but the whole answer doesn't: a time-out per read never fires. */
export const drip: Fault = {
  name: 'drip',
  does: 'Sends the body in pieces (bytes, default 16) with pauses (ms, default 500) between them.',
  settings: { bytes: 16, ms: 500 },
  deliver: (delivery, settings) => ({
    ...delivery,
    drip: { bytes: settings.bytes ?? 16, everyMs: settings.ms ?? 500 },
  }),
};
