import type { Fault } from './fault.ts';

/** A machine that is going down: the connection is taken and reset. */
export const hangUp: Fault = {
  name: 'hang-up',
  does: 'Resets the connection before the first byte of the answer.',
  deliver: (delivery) => ({ ...delivery, reset: 'at once' }),
};
