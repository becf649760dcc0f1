import type { Fault } from './fault.ts';

/** The status says success and the body ends in the middle, by a reset that must not pass for an end. */
export const resetMidBody: Fault = {
  name: 'reset-mid-body',
  does: 'Sends the head and half of the body, then resets the connection.',
  deliver: (delivery) => ({ ...delivery, reset: 'mid-body' }),
};
