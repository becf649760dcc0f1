/** Deterministic noise: the same position under the same seed always has the same value. */

// A local alias: some test runners make access to globals slow, and this is called a million times.
const { imul } = Math;

/** 32-bit FNV-1a hash of a text: identifies a symbol or a factor in the noise. */
export function hashText(text: string, seed = 0): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) hash = imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash, seed);
}

/** Mixes two 32-bit integers so that neighbouring inputs give unrelated outputs (the finaliser of MurmurHash3). */
export function mix(a: number, b: number): number {
  let x = (imul(a, 0x9e3779b1) ^ imul(b + 0x7f4a7c15, 0x85ebca6b)) | 0;
  x = imul(x ^ (x >>> 16), 0x85ebca6b);
  x = imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** A number in [0, 1). */
export function uniform(a: number, b: number): number {
  return mix(a, b) / 0x1_0000_0000;
}

const SCALE = Math.sqrt(3) / 0x1_0000;

/**
 * Approximately normal: the sum of four 16-bit uniforms, mean 0, variance 1, never beyond 3.46. The bound is intended:
 * a simulated day must not trip the checks that look for impossible jumps.
 */
export function gaussian(a: number, b: number): number {
  const x = mix(a, b);
  const y = mix(x, b ^ 0x5bd1e995);
  return ((x & 0xffff) + (x >>> 16) + (y & 0xffff) + (y >>> 16) - 0x1_fffe) * SCALE;
}
