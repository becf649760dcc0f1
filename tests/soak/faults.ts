import { setTimeout as sleep } from 'node:timers/promises';
import type { System } from '../system.ts';
import { oneOf } from './demand.ts';

const AWAY_MS = 5_000;

const FAULTS: Record<string, (system: System) => Promise<void>> = {
  async worker(system) {
    const [worker] = system.workers.splice(Math.floor(Math.random() * system.workers.length), 1);
    await worker?.kill9();
    await system.addWorker();
  },
  async api(system) {
    await system.apiProcess.kill9();
    await system.restartApi();
  },
  wiped: ({ redis }) => redis.wipe(),
  async redis({ redis }) {
    await redis.stop();
    await sleep(Math.random() * AWAY_MS);
    await redis.start();
  },
  async postgres({ postgres }) {
    await postgres.kill9();
    await sleep(Math.random() * AWAY_MS);
    await postgres.start();
  },
};

/** Workers die more often than the rest. */
const CHOICE = ['worker', 'worker', 'worker', 'api', 'wiped', 'redis', 'postgres'];

/** Hurts one part after the other, some seconds apart, and brings each back; answers what it did. */
export async function hurt(system: System, untilMs: number): Promise<string[]> {
  const done: string[] = [];
  for (;;) {
    await sleep(2_000 + Math.random() * 5_000);
    if (Date.now() > untilMs) return done;
    const fault = oneOf(CHOICE);
    done.push(fault);
    await FAULTS[fault]?.(system);
  }
}
