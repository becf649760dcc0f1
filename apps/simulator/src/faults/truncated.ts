import type { Fault } from './fault.ts';

/** Unlike a reset, HTTP itself is in order here: the length is that of the half. */
export const truncated: Fault = {
  name: 'truncated',
  does: 'Cuts the body off in the middle, with a length that fits.',
  answer: (answer) => ({ ...answer, body: answer.body.slice(0, Math.max(1, Math.floor(answer.body.length / 2))) }),
};
