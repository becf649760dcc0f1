import { startProcess } from '@freshet/testing';
import { startSystem } from '../../tests/system.ts';
import { percentile, type Row, round } from '../row.ts';

const PROCESSES = ['api', 'worker', 'scheduler'] as const;
const RUNS = 9;
const BAR_MS = 1_000;

/** From the start of a process until it says that it is ready, beside a system that runs; and a bare Node, which starts as well. */
export const coldStart: Row = {
  name: 'cold-start',
  what: 'start of each process until it is ready, ms; the slowest process’s median',
  async run({ quick }) {
    const system = await startSystem({ workers: 1, simulator: ['--latency', '20'] });
    const providers = await fetch(`${system.simulator}/_simulator/environment`);
    const env = {
      DATABASE_URL: system.databaseUrl,
      REDIS_URL: system.redisUrl,
      LOG_LEVEL: 'warn',
      NODE_ENV: 'production',
      PORT: '0',
      ...((await providers.json()) as Record<string, string>),
    };
    try {
      const figures: Record<string, number> = {};
      const medians: number[] = [];
      for (const name of PROCESSES) {
        const tookMs: number[] = [];
        for (let i = 0; i < (quick ? 1 : RUNS); i++) {
          const begun = performance.now();
          const started = startProcess(`apps/${name}/src/main.ts`, env);
          await started.ready;
          tookMs.push(performance.now() - begun);
          await started.terminate();
        }
        const median = percentile(tookMs, 0.5);
        medians.push(median);
        figures[`${name}, ms`] = round(median, 0);
        figures[`${name}, slowest ms`] = round(Math.max(...tookMs), 0);
      }
      return { figures, measured: Math.max(...medians), bar: { at: BAR_MS, is: 'at most' } };
    } finally {
      await system.stop();
    }
  },
};
