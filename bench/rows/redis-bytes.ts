import { setTimeout as sleep } from 'node:timers/promises';
import { redisProducer } from '@freshet/runtime';
import pg from 'pg';
import { postRefresh, untilEnd } from '../../tests/client.ts';
import { startSystem, type System } from '../../tests/system.ts';
import { type Row, round } from '../row.ts';

const REFRESHES = 100_000;
const AT_ONCE = 50;
/** What Redis holds is bounded when the second half adds next to nothing to it. */
const BAR = 0.1;

/** What 100,000 refreshes leave in Redis: jobs, events, streams. */
export const redisBytes: Row = {
  name: 'redis-bytes',
  what: 'Redis memory after 100,000 refreshes of what is fresh; what the second half added, as a share of what the first half did',
  async run({ quick }) {
    const system = await startSystem({ workers: 2, scheduler: true, simulator: ['--latency', '20', '--no-limits'] });
    const redis = redisProducer(system.redisUrl);
    const client = new pg.Client({ connectionString: system.databaseUrl });
    await client.connect();
    const held = async () => heldBytes(await redis.info('memory'));
    const half = (quick ? REFRESHES / 20 : REFRESHES) / 2;
    try {
      const first = await postRefresh(system, '/api/v1/manual/refresh/prices', { symbols: ['AAPL'], max_age_s: 0 });
      await untilEnd(system, first.refresh_id);
      const begun = performance.now();
      const bytes = [await held()];
      for (const from of [0, half]) {
        await refreshed(system, client, from, half);
        bytes.push(await held());
      }
      const [before = 0, middle = 0, after = 0] = bytes;
      const tookS = (performance.now() - begun) / 1_000;
      return {
        figures: {
          refreshes: 2 * half,
          'refreshes/s': round((2 * half) / tookS, 0),
          'before, MB': round(before / 1e6),
          'after the first half, MB': round(middle / 1e6),
          'after both, MB': round(after / 1e6),
          'bytes for each of the second half': round((after - middle) / half),
        },
        measured: Math.max(0, (after - middle) / (middle - before)),
        bar: { at: BAR, is: 'at most' },
      };
    } finally {
      await client.end();
      redis.disconnect();
      await system.stop();
    }
  },
};

/** What Redis holds but for the buffers of its clients, which come and go with whatever they ask at this moment. */
function heldBytes(info: string): number {
  const figure = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
  return figure('used_memory') - figure('mem_clients_normal');
}

/** So many refreshes, no two of them the same, each of which finds its symbol fresh; until all have ended. */
async function refreshed(system: System, client: pg.Client, from: number, count: number): Promise<void> {
  let next = from;
  const lane = async () => {
    while (next < from + count) {
      const max_age_s = 86_400 + next++;
      await postRefresh(system, '/api/v1/manual/refresh/prices', { symbols: ['AAPL'], max_age_s });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  for (let open = 1; open > 0; await sleep(500)) {
    const { rows } = await client.query<{ n: number }>(
      `select count(*)::int as n from refreshes where status in ('queued', 'in_progress')`,
    );
    open = rows[0]?.n ?? 0;
  }
}
