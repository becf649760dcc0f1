export * from './life.ts';
export { kinds } from './kinds/index.ts';
export type { Kind } from './kinds/kind.ts';
export type { Job, StepOutcome } from './outcome.ts';
export type * from './ports.ts';
export { callsFor } from './rings.ts';
