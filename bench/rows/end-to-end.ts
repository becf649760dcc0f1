import pg from 'pg';
import { postRefresh, stopSchedules, untilEnd } from '../../tests/client.ts';
import { percentile, type Row, round } from '../row.ts';
import { startSystem } from '../../tests/system.ts';

const RUNS = 200;
/** Compilers have settled by then: the first hundred take 3 ms more. */
const WARM_UP = 100;
const SYMBOLS = ['AAPL', 'MSFT', 'GOOGL', 'AMZN', 'NVDA', 'META', 'TSLA', 'JPM', 'JNJ', 'PG', 'KO', 'XOM'];
const OVER = { p50: 15, p99: 24 };

/**
 * Twelve symbols from POST to the end as a poller sees it. The provider's own time is what the same request takes when a
 * plain script makes it; that script, with its inserts, is the peer.
 */
export const endToEnd: Row = {
  name: 'end-to-end',
  what: 'POST → end seen by polling every 5 ms, 12 symbols, provider answers in 100 ms; ms over the provider as a share of the bar (15 at p50, 24 at p99)',
  async run() {
    const system = await startSystem({
      workers: 2,
      simulator: ['--latency', '100', '--no-limits'],
      env: { YAHOO_LIMITS: '100000/min' },
    });
    const client = new pg.Client({ connectionString: system.databaseUrl });
    await client.connect();
    await client.query('create table plain_quotes (symbol text, price numeric, at timestamptz)');
    try {
      // A schedule that ticks in between would have one of the runs wait for its refresh.
      await stopSchedules(system);
      const ours: number[] = [];
      const provider: number[] = [];
      const plain: number[] = [];
      for (let i = -WARM_UP; i < RUNS; i++) {
        const begun = performance.now();
        const { refresh_id } = await postRefresh(system, '/api/v1/manual/refresh/prices', {
          symbols: SYMBOLS,
          max_age_s: 0,
        });
        const ended = await untilEnd(system, refresh_id);
        const tookMs = performance.now() - begun;
        if (ended.status !== 'success') throw new Error(`a run ended ${JSON.stringify(ended)}`);
        const script = await plainScript(system.simulator, client);
        if (i < 0) continue;
        ours.push(tookMs);
        provider.push(script.providerMs);
        plain.push(script.totalMs);
      }
      const over = {
        p50: percentile(ours, 0.5) - percentile(provider, 0.5),
        p99: percentile(ours, 0.99) - percentile(provider, 0.5),
      };
      return {
        figures: {
          'p50 ms': round(percentile(ours, 0.5)),
          'p99 ms': round(percentile(ours, 0.99)),
          'provider p50 ms': round(percentile(provider, 0.5)),
          'plain script p50 ms': round(percentile(plain, 0.5)),
          'over the provider, p50 ms': round(over.p50),
          'over the provider, p99 ms': round(over.p99),
        },
        measured: Math.max(over.p50 / OVER.p50, over.p99 / OVER.p99),
        bar: { at: 1, is: 'at most' },
      };
    } finally {
      await client.end();
      await system.stop();
    }
  },
};

/** The same call and the same inserts, with nothing around them. */
async function plainScript(simulator: string, client: pg.Client): Promise<{ providerMs: number; totalMs: number }> {
  const begun = performance.now();
  const response = await fetch(`${simulator}/yahoo/v8/finance/spark?symbols=${SYMBOLS.join(',')}&range=1d&interval=1d`);
  await response.text();
  const providerMs = performance.now() - begun;
  for (const symbol of SYMBOLS)
    await client.query('insert into plain_quotes values ($1, $2, now())', [symbol, '100.5']);
  return { providerMs, totalMs: performance.now() - begun };
}
