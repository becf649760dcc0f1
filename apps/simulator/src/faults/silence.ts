import type { Fault } from './fault.ts';

/** Only the caller's own time-out ends such a call. */
export const silence: Fault = {
  name: 'silence',
  does: 'Takes the call and never answers.',
  deliver: (delivery) => ({ ...delivery, silent: true }),
};
