import type { Fault } from './fault.ts';

/** The endpoint has moved to a dearer plan. */
export const planForbids: Fault = {
  name: 'plan-forbids',
  does: 'Says that the plan does not include this.',
  instead: ({ refusals, request }) => refusals.planForbids(request),
};
