import { parseLimits } from '@freshet/runtime';
import type { RealWindow } from './window.ts';

/**
 * Reads windows in the format of `<NAME>_LIMITS`: `60/min,30/s`. Where the text doesn't say what is counted and when
 * the window resets, the real window of that length decides; without one, the first real window decides what is
 * counted. Throws a RangeError that quotes the text.
 */
export function parseWindows(text: string, real: RealWindow[]): RealWindow[] {
  const windows = parseLimits(text);
  if (!windows) throw new RangeError(`not a list of limits like 60/min,30/s: ${text}`);
  return windows.map(({ limit, perSeconds, counts, resets }) => {
    const same = real.find((window) => window.perSeconds === perSeconds);
    const window: RealWindow = { limit, perSeconds, counts: counts ?? (same ?? real[0])?.counts ?? 'calls' };
    const anew = resets ?? same?.resets;
    return anew ? { ...window, resets: anew } : window;
  });
}

/** Splits `yahoo=60/min;finnhub=60/min,30/s` by provider. Throws a RangeError that quotes the malformed part. */
export function parseLimitsByProvider(text: string): Map<string, string> {
  const parts = text.split(';').map((part) => part.trim());
  return new Map(
    parts.filter(Boolean).map((part) => {
      const [, provider, windows] = /^([\w. -]+?)\s*=\s*(.+)$/.exec(part) ?? [];
      if (!provider || !windows) throw new RangeError(`not PROVIDER=LIMITS: ${part}`);
      return [provider, windows];
    }),
  );
}
