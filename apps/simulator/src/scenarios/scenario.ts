import type { FaultSpec } from '../faults/active-faults.ts';
import type { Latency } from '../latency.ts';

/** A situation that has a name: some faults at once. */
export interface Scenario {
  name: string;
  /** One sentence for people. */
  tells: string;
  faults: FaultSpec[];
  latency?: Latency;
}
