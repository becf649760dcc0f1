import { uniform } from './market/noise.ts';

/** How long the provider takes to answer, in ms: uniformly distributed between the two. */
export interface Latency {
  minMs: number;
  maxMs: number;
}

export const NO_LATENCY: Latency = { minMs: 0, maxMs: 0 };

/** Reads `100` or `50-500`. Throws a RangeError that quotes any other text. */
export function parseLatency(text: string): Latency {
  const [, min, max = min] = /^(\d+)(?:-(\d+))?$/.exec(text.trim()) ?? [];
  const latency = { minMs: Number(min), maxMs: Number(max) };
  if (min === undefined || latency.maxMs < latency.minMs)
    throw new RangeError(`not a latency like 100 or 50-500: ${text}`);
  return latency;
}

/** The latency of one call, drawn at random from the seed. */
export function drawnMs({ minMs, maxMs }: Latency, seed: number, call: number): number {
  return minMs === maxMs ? minMs : minMs + (maxMs - minMs) * uniform(seed ^ 0x632be5ab, call);
}
