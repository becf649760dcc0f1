import type { System } from '../system.ts';

/** From now on the simulated providers take so long to answer. */
export async function latency(system: System, ms: number): Promise<void> {
  await fetch(`${system.simulator}/_simulator/latency`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ min_ms: ms, max_ms: ms }),
  });
}
