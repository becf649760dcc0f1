import type { Fault } from './fault.ts';

const MEGABYTE = 1_048_576;

/** Still valid where the body is JSON, for white space may follow it; but nobody should read that much. */
export const hugeBody: Fault = {
  name: 'huge-body',
  does: 'Pads the body with white space (mb, default 64).',
  settings: { mb: 64 },
  answer: (answer, { settings }) => ({ ...answer, body: answer.body + ' '.repeat((settings.mb ?? 64) * MEGABYTE) }),
};
