import { postRefresh, untilEnd } from '../../tests/client.ts';
import { startSystem, type System } from '../../tests/system.ts';
import { percentile, type Row, round } from '../row.ts';

const SYMBOLS = ['AAPL', 'MSFT', 'GOOGL', 'AMZN', 'NVDA', 'META', 'TSLA', 'JPM', 'JNJ', 'PG', 'KO', 'XOM'];
const WARM_UP = 100;
const READS = 2_000;
const BAR_MS = 20;
const TWO_YEARS_DAYS = 730;

/**
 * Two years of daily bars, one read after the other, of twelve symbols in turn: asked as everybody asks, which is mostly answered from
 * memory, and each time from another day on, which nobody has asked before and Postgres answers. The slower of the two counts.
 */
export const historicalRead: Row = {
  name: 'historical-read',
  what: 'two years of daily bars of one symbol over HTTP, p99 ms',
  async run({ quick }) {
    const system = await startSystem({ workers: 1, scheduler: false, simulator: ['--latency', '20', '--no-limits'] });
    try {
      const all = { symbols: SYMBOLS, mode: 'full', max_age_s: 0 };
      const refresh = await postRefresh(system, '/api/v1/manual/refresh/prices', all);
      await untilEnd(system, refresh.refresh_id);
      const usual = await reads(system, quick ? 100 : READS, () => '');
      const anew = await reads(system, quick ? 100 : READS, (i) => `?from=${daysAgo(TWO_YEARS_DAYS + WARM_UP + i)}`);
      const bars = Math.min(usual.bars, anew.bars);
      const p99 = Math.max(percentile(usual.tookMs, 0.99), percentile(anew.tookMs, 0.99));
      return {
        figures: {
          'p50 ms': round(percentile(usual.tookMs, 0.5)),
          'p99 ms': round(percentile(usual.tookMs, 0.99)),
          'not asked before, p50 ms': round(percentile(anew.tookMs, 0.5)),
          'not asked before, p99 ms': round(percentile(anew.tookMs, 0.99)),
          'bars in an answer': bars,
        },
        // An answer without the two years would be fast for nothing.
        measured: bars >= 480 ? p99 : Number.POSITIVE_INFINITY,
        bar: { at: BAR_MS, is: 'at most' },
      };
    } finally {
      await system.stop();
    }
  },
};

/** So many reads after some to warm up: how long each took, and the fewest bars that any brought. */
async function reads(system: System, count: number, query: (i: number) => string) {
  const headers = { authorization: `Bearer ${system.keys.system}` };
  const tookMs: number[] = [];
  let bars = Number.POSITIVE_INFINITY;
  for (let i = -WARM_UP; i < count; i++) {
    const symbol = SYMBOLS[(i + WARM_UP) % SYMBOLS.length] as string;
    const begun = performance.now();
    const response = await fetch(`${system.api}/api/v1/market-data/historical/${symbol}${query(i)}`, { headers });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`a read ended ${response.status}: ${text.slice(0, 500)}`);
    if (i >= 0) tookMs.push(performance.now() - begun);
    bars = Math.min(bars, (JSON.parse(text) as { data: unknown[] }).data.length);
  }
  return { tookMs, bars };
}

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
