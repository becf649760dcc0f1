import { readFile } from 'node:fs/promises';
import type { System } from '../tests/system.ts';
import { round } from './row.ts';

/** The largest resident set of a system's workers, MB. */
export async function workerMemoryMb({ workers }: System): Promise<number> {
  const sizes = await Promise.all(
    workers.map(async ({ pid }) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024;
    }),
  );
  return round(Math.max(...sizes), 0);
}
