import { postRefresh, untilEnd } from '../../tests/client.ts';
import { startSystem } from '../../tests/system.ts';
import { percentile, type Row, round } from '../row.ts';

const SYMBOLS = ['AAPL', 'MSFT', 'GOOGL', 'AMZN', 'NVDA', 'META', 'TSLA', 'JPM', 'JNJ', 'PG', 'KO', 'XOM'];
const WARM_UP = 100;
const READS = 2_000;
const BAR_MS = 20;

/** Two years of daily bars as somebody asks for them, one read after the other, of twelve symbols in turn. */
export const historicalRead: Row = {
  name: 'historical-read',
  what: 'two years of daily bars of one symbol over HTTP, p99 ms',
  async run({ quick }) {
    const system = await startSystem({ workers: 1, scheduler: false, simulator: ['--latency', '20', '--no-limits'] });
    try {
      const all = { symbols: SYMBOLS, mode: 'full', max_age_s: 0 };
      const refresh = await postRefresh(system, '/api/v1/manual/refresh/prices', all);
      await untilEnd(system, refresh.refresh_id);
      const headers = { authorization: `Bearer ${system.keys.system}` };
      const tookMs: number[] = [];
      let bars = 0;
      for (let i = -WARM_UP; i < (quick ? 100 : READS); i++) {
        const symbol = SYMBOLS[(i + WARM_UP) % SYMBOLS.length] as string;
        const begun = performance.now();
        const response = await fetch(`${system.api}/api/v1/market-data/historical/${symbol}`, { headers });
        const text = await response.text();
        if (response.status !== 200) throw new Error(`a read ended ${response.status}: ${text.slice(0, 500)}`);
        if (i >= 0) tookMs.push(performance.now() - begun);
        if (i === -WARM_UP) bars = (JSON.parse(text) as { data: unknown[] }).data.length;
      }
      const p99 = percentile(tookMs, 0.99);
      return {
        figures: {
          'p50 ms': round(percentile(tookMs, 0.5)),
          'p99 ms': round(p99),
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
