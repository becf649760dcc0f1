import { setTimeout as sleep } from 'node:timers/promises';
import { createPool } from '@freshet/store';
import type { System } from '../../tests/system.ts';

const LOOK_MS = 1_000;

/** Whether work waits in a lane, looked at each second: a window that nobody had work for says nothing. */
export interface Waiting {
  /** The share of the looks between two moments at which a want of the lane waited for a call. */
  share(lane: string, fromMs: number, toMs: number): number;
  stop(): Promise<void>;
}

export function watchWaiting(system: System, lanes: string[]): Waiting {
  const pool = createPool({ url: system.databaseUrl, max: 1, name: 'bench' });
  const looks: { atMs: number; waits: Set<string> }[] = [];
  let watching = true;
  const watch = async () => {
    for (; watching; await sleep(LOOK_MS)) {
      const { rows } = await pool.query<{ lane: string }>(
        `select lane from unnest($1::text[]) as lane
         where exists (select from wants w where w.lane = lane.lane and w.call_id is null)`,
        [lanes],
      );
      looks.push({ atMs: Date.now(), waits: new Set(rows.map(({ lane }) => lane)) });
    }
  };
  const watched = watch();
  // Awaited by `stop`.
  watched.catch(() => {});
  return {
    share(lane, fromMs, toMs) {
      const within = looks.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
      return within.filter(({ waits }) => waits.has(lane)).length / within.length;
    },
    async stop() {
      watching = false;
      await watched.finally(() => pool.end());
    },
  };
}
