export { estimateCalls, type Load, loadOf, wouldServe } from './estimate.ts';
export * from './life.ts';
export { decideItem, type Decision, type Wish } from './decide-item.ts';
export { kinds } from './kinds/index.ts';
export type { Kind } from './kinds/kind.ts';
export type { Job, StepOutcome } from './outcome.ts';
export type * from './ports.ts';
export { callsFor } from './rings.ts';
export { type Appointment, timetable } from './timetable.ts';
