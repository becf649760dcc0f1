import type { Fault } from './fault.ts';

/** Revoked, mistyped, or expired. */
export const keyRejected: Fault = {
  name: 'key-rejected',
  does: 'Says that the key is not valid.',
  instead: ({ refusals, request }) => refusals.badKey(request),
};
