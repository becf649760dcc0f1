import type { Fault } from './fault.ts';

/** A provider under load. */
export const slow: Fault = {
  name: 'slow',
  does: 'Answers only after a while (ms, default 2000).',
  settings: { ms: 2000 },
  deliver: (delivery, settings) => ({ ...delivery, waitMs: delivery.waitMs + (settings.ms ?? 2000) }),
};
