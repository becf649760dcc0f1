import type { Fault } from './fault.ts';

/** Success, and nothing to read. */
export const emptyBody: Fault = {
  name: 'empty-body',
  does: 'Answers with status 200 and an empty body.',
  instead: () => ({ status: 200, headers: { 'content-type': 'application/json' }, body: '' }),
};
