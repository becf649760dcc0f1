import pg from 'pg';
import { postRefresh, waitForEnd } from '../../tests/client.ts';
import { startSystem, type System } from '../../tests/system.ts';
import { workerMemoryMb } from '../memory.ts';
import { percentile, type Row, round } from '../row.ts';

const SYMBOLS = 500;
const PORTFOLIOS = 1_000;
const HOLDINGS = 30;
const IN_FLIGHT = 20;
/** Rounds before measuring, so that compilers have settled, as in a worker that has run for a while. */
const WARM_UP = 10;
const RUNS = 20;
/** The same of those without history: the very first of all is told of beside them. */
const RUNS_WITHOUT = 3;
/** Of whoever is asked for a second opinion, too: a close that doubts are held against would wait for its minute. */
const LIFTED = Object.fromEntries(
  ['YAHOO', 'POLYGON', 'TWELVE_DATA', 'ALPHA_VANTAGE', 'FMP'].map((provider) => [`${provider}_LIMITS`, '100000/min']),
);
const BAR = { withHistoryMs: 450, withoutHistoryRatio: 1.3 };

/**
 * Everything refreshed: 500 symbols with two years of daily bars, 1,000 portfolios of 30 holdings each valued and measured.
 * First without any history, beside the calls alone, and again after it was forgotten; then with the history held.
 */
export const fullRefresh: Row = {
  name: 'full-refresh',
  what: 'full refresh, 500 symbols, 1,000 portfolios of 30 holdings, all metrics, provider answers in 100 ms, 20 in flight, 2 workers; the worse of: with history as a share of 450 ms, without as a share of 1.3 × the calls alone',
  async run({ quick }) {
    const system = await startSystem({
      workers: 2,
      scheduler: false,
      simulator: ['--latency', '100', '--no-limits'],
      env: { ...LIFTED, FINNHUB_ENABLED: 'false' },
    });
    const client = new pg.Client({ connectionString: system.databaseUrl });
    await client.connect();
    try {
      const symbols = await seed(client, quick ? 100 : PORTFOLIOS, system.userId);
      const first = await refreshed(system);
      const without: number[] = [];
      const alone: number[] = [];
      for (let i = 0; i < (quick ? 1 : RUNS_WITHOUT); i++) {
        await forgetHistory(client);
        // In turns, so that a slow minute hits both.
        alone.push(await callsAlone(system, symbols));
        without.push((await refreshed(system)).tookMs);
      }
      const withoutMs = percentile(without, 0.5);
      const callsMs = percentile(alone, 0.5);
      const runs: number[] = [];
      for (let i = quick ? -1 : -WARM_UP; i < (quick ? 1 : RUNS); i++) {
        const run = await refreshed(system);
        if (i >= 0) runs.push(run.tookMs);
      }
      const withMs = percentile(runs, 0.5);
      return {
        figures: {
          'with history, p50 ms': round(withMs),
          'with history, slowest ms': round(Math.max(...runs)),
          'without history, p50 ms': round(withoutMs),
          'without history, the very first ms': round(first.tookMs),
          'the calls alone ms': round(callsMs),
          'without history, × the calls alone': round(withoutMs / callsMs),
          'portfolios valued': first.ended.items_updated.portfolios,
          'metric rows written': first.ended.items_updated.metrics,
          'prices stored': first.ended.items_updated.prices,
          'worker memory at its peak, MB': await workerMemoryMb(system),
        },
        measured: Math.max(withMs / BAR.withHistoryMs, withoutMs / callsMs / BAR.withoutHistoryRatio),
        bar: { at: 1, is: 'at most' },
      };
    } finally {
      await client.end();
      await system.stop();
    }
  },
};

async function refreshed(system: System) {
  const begun = performance.now();
  const { refresh_id } = await postRefresh(system, '/api/v1/manual/refresh/all', { mode: 'full', max_age_s: 0 });
  // Whoever polls each 5 ms takes a seventh of two cores from what is measured.
  const ended = await waitForEnd(system, refresh_id);
  const tookMs = performance.now() - begun;
  if (ended.status !== 'success') throw new Error(`a full refresh ended ${JSON.stringify(ended).slice(0, 2_000)}`);
  return { tookMs, ended };
}

/** Exactly these symbols, all held for two years by somebody. */
async function seed(client: pg.Client, portfolios: number, userId: string): Promise<string[]> {
  const symbols = ['^GSPC', ...Array.from({ length: SYMBOLS - 1 }, (_, i) => `SYM${String(i + 1).padStart(5, '0')}`)];
  await client.query('truncate portfolios, holdings, holding_changes, strategies, watchlist_items, assets cascade');
  await client.query(
    `insert into assets (symbol, name, class, currency, calendar)
     select symbol, symbol, case when symbol like '^%' then 'index' else 'equity' end, 'USD', 'XNYS' from unnest($1::text[]) as t(symbol)`,
    [symbols],
  );
  await client.query(
    `insert into portfolios (id, user_id, name, cash, created_at)
     select 'pf_bench_' || i, $1, 'Bench ' || i, 1000, now() - interval '3 years' from generate_series(1, $2::int) i`,
    [userId, portfolios],
  );
  await client.query(
    `insert into holdings (id, portfolio_id, symbol, quantity, cost, created_at)
     select 'hld_' || i || '_' || k, 'pf_bench_' || i, ($1::text[])[2 + (i * 31 + k * 17) % $2::int], 1 + (i + k) % 40, 1000, now() - interval '3 years'
     from generate_series(1, $3::int) i, generate_series(1, $4::int) k`,
    [symbols, SYMBOLS - 1, portfolios, HOLDINGS],
  );
  await client.query(
    `insert into holding_changes (portfolio_id, holding_id, symbol, version, quantity, cost, at)
     select portfolio_id, id, symbol, 1, quantity, cost, created_at from holdings`,
  );
  await client.query('analyze');
  return symbols;
}

/** Neither prices nor bars, nor anything that was made of them. Versions of series go on, for workers hold series by them. */
async function forgetHistory(client: pg.Client): Promise<void> {
  await client.query('truncate daily_bars, latest_quotes, portfolio_series, portfolio_snapshots, metrics');
  await client.query('update assets set history_from = null');
  await client.query('analyze');
}

/** What the provider's answers take when nothing is done with them: the quotes and two years of bars, 20 in flight. */
async function callsAlone(system: System, symbols: string[]): Promise<number> {
  const now = Math.floor(Date.now() / 1_000);
  const quotes = Array.from({ length: Math.ceil(symbols.length / 50) }, (_, i) => {
    const batch = symbols.slice(i * 50, (i + 1) * 50).map(encodeURIComponent);
    return `/yahoo/v8/finance/spark?symbols=${batch.join(',')}&range=1d&interval=1d`;
  });
  const bars = symbols.map(
    (symbol) =>
      `/yahoo/v8/finance/chart/${encodeURIComponent(symbol)}?interval=1d&period1=${now - 63_072_000}&period2=${now}`,
  );
  const waiting = [...quotes, ...bars];
  const begun = performance.now();
  const lane = async () => {
    for (let path = waiting.shift(); path; path = waiting.shift()) await (await fetch(system.simulator + path)).text();
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  return performance.now() - begun;
}
