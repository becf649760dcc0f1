import { readFile } from 'node:fs/promises';
import type { System } from '../tests/system.ts';
import { round } from './row.ts';

/** The most that any of a system's workers has ever held, MB: what it holds at the end says nothing of the work before. */
export async function workerMemoryMb({ workers }: System): Promise<number> {
  const sizes = await Promise.all(
    workers.map(async ({ pid }) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024;
    }),
  );
  return round(Math.max(...sizes), 0);
}
