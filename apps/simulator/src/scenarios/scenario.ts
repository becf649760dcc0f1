import type { FaultSpec } from '../faults/active-faults.ts';
import type { Latency } from '../latency.ts';

/** A named combination of faults. */
export interface Scenario {
  name: string;
  /** One sentence for people. */
  tells: string;
  faults: FaultSpec[];
  latency?: Latency;
}
