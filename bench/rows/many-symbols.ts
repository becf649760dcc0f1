import pg from 'pg';
import { postRefresh, untilEnd } from '../../tests/client.ts';
import { startSystem, type System } from '../../tests/system.ts';
import { workerMemoryMb } from '../memory.ts';
import { percentile, type Row, round } from '../row.ts';

/** The simulated market has no more than these. */
const SIZES = [1_000, 10_000, 99_999];
const RUNS = 3;
/** What is linear takes the same for each symbol; a tenth is noise. */
const BAR = { growth: 1.1, memoryMb: 250 };

/** The quotes of a thousand symbols, and of a hundred times as many: what each takes, and what the workers hold meanwhile. */
export const manySymbols: Row = {
  name: 'many-symbols',
  what: 'refresh of 1,000 to 100,000 symbols, provider answers in 20 ms, 2 workers; the worse of: ms for each of 100,000 as a share of 1.1 × those for each of 10,000, worker memory as a share of 250 MB',
  async run({ quick }) {
    const system = await startSystem({
      workers: 2,
      scheduler: false,
      simulator: ['--latency', '20', '--no-limits'],
      env: { YAHOO_LIMITS: '1000000/min', FINNHUB_ENABLED: 'false' },
    });
    const client = new pg.Client({ connectionString: system.databaseUrl });
    await client.connect();
    try {
      const each = new Map<number, number>();
      for (const size of quick ? SIZES.slice(0, 2) : SIZES) {
        await seed(client, size);
        const tookMs: number[] = [];
        for (let i = 0; i < RUNS; i++) tookMs.push(await refreshed(system, size));
        each.set(size, percentile(tookMs, 0.5) / size);
      }
      const memoryMb = await workerMemoryMb(system);
      const [few = 0, many = 0] = [...each.values()].slice(-2);
      const figures = Object.fromEntries([...each].map(([size, ms]) => [`ms for each of ${size}`, round(ms, 3)]));
      return {
        figures: { ...figures, 'worker memory at its peak, MB': memoryMb },
        measured: Math.max(many / few / BAR.growth, memoryMb / BAR.memoryMb),
        bar: { at: 1, is: 'at most' },
      };
    } finally {
      await client.end();
      await system.stop();
    }
  },
};

/** Exactly so many symbols. */
async function seed(client: pg.Client, size: number): Promise<void> {
  await client.query('truncate portfolios, holdings, holding_changes, strategies, watchlist_items, assets cascade');
  await client.query(
    `insert into assets (symbol, name, class, currency, calendar)
     select 'SYM' || lpad(i::text, 5, '0'), 'one of many', 'equity', 'USD', 'XNYS' from generate_series(1, $1::int) i`,
    [size],
  );
}

async function refreshed(system: System, size: number): Promise<number> {
  const begun = performance.now();
  const { refresh_id } = await postRefresh(system, '/api/v1/manual/refresh/all', { max_age_s: 0 });
  const ended = await untilEnd(system, refresh_id, { everyMs: 50, withinMs: 300_000 });
  if (ended.status !== 'success' || ended.items_updated.prices !== size)
    throw new Error(`a refresh ended ${JSON.stringify(ended).slice(0, 2_000)}`);
  return performance.now() - begun;
}
