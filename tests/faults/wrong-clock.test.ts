import { fileURLToPath } from 'node:url';
import { postRefresh, stopSchedules, untilEnd } from '../client.ts';
import { startSystem } from '../system.ts';

const PRELOAD = fileURLToPath(new URL('./wrong-clock.fixture.ts', import.meta.url));

test.each([-90_000, 90_000])(
  'a worker whose clock is wrong by %d ms makes the calls of any other, and dates them rightly',
  async (wrongByMs) => {
    const system = await startSystem({
      workers: 1,
      durable: false,
      simulator: ['--no-limits'],
      env: { NODE_OPTIONS: `--import ${PRELOAD}`, WRONG_BY_MS: String(wrongByMs) },
    });
    try {
      await stopSchedules(system);
      const { refresh_id } = await postRefresh(system, '/api/v1/manual/refresh/prices', {
        ...{ symbols: ['BTC-USD'], max_age_s: 0, deadline_s: 20 },
      });
      const ended = await untilEnd(system, refresh_id, { everyMs: 50, withinMs: 40_000 });
      expect(ended).toMatchObject({ status: 'success', items_updated: { prices: 1 }, provider_calls: { binance: 1 } });
      const latest = await fetch(`${system.api}/api/v1/market-data/latest/BTC-USD`, {
        headers: { authorization: `Bearer ${system.keys.system}` },
      });
      const { fetched_at: at } = (await latest.json()) as { fetched_at: string };
      expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(30_000);
      expect(system.workers[0]?.stderr()).toContain('the clock of this machine differs from that of the database');
    } finally {
      await system.stop();
    }
  },
  180_000,
);
