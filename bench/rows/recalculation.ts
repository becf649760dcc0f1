import { recalculatePortfolio, returnsOfPrices, type HeldSeries } from '@freshet/finance';
import { type Row, round } from '../row.ts';

const PORTFOLIOS = 10_000;
const HOLDINGS = 50;
const SESSIONS = 504;
const SYMBOLS = 500;
const BAR_MS = 0.5;

/**
 * The arithmetic of a recalculation alone: value series with flows, time-weighted returns, every metric of every period
 * with its benchmark. Beside it a bare loop over typed arrays that adds up the same holdings and takes mean and deviation.
 */
export const recalculation: Row = {
  name: 'recalculation',
  what: 'recalculation of a portfolio, 50 holdings × 2 years, all metrics, one core, without I/O; ms each over 10,000 portfolios',
  async run({ quick }) {
    const portfolios = quick ? 500 : PORTFOLIOS;
    const series = Array.from({ length: SYMBOLS }, (_, i) => walk(i + 1));
    const sessions = weekdays(SESSIONS);
    const benchmark = returnsOfPrices(sessions, walk(4_711));
    const before = process.memoryUsage().rss;
    // Portfolios are built as they are reached, as they come from the store.
    const held = (p: number): HeldSeries[] =>
      Array.from({ length: HOLDINGS }, (_, k) => ({
        symbol: `S${k}`,
        prices: series[(p * 31 + k * 17) % SYMBOLS] as Float64Array,
        fx: null,
        units: 1 + ((p + k) % 40),
        changes: k === p % HOLDINGS ? [{ at: 200, units: 5 }] : [],
      }));
    let sink = 0;
    const timed = (count: number, work: (p: number) => number) => {
      // Processor time rather than the clock's: what else the machine does is not what is measured.
      const begun = process.cpuUsage();
      for (let p = 0; p < count; p++) sink += work(p);
      const { user, system } = process.cpuUsage(begun);
      return (user + system) / 1_000 / count;
    };
    const recalculate = (p: number) => recalculatePortfolio(sessions, held(p), benchmark).metrics.length;
    const loop = (p: number) => bareLoop(held(p));
    timed(200, recalculate);
    timed(200, loop);
    const oursMs = timed(portfolios, recalculate);
    const bareMs = timed(portfolios, loop);
    if (!(sink > 0)) throw new Error('nothing was computed');
    return {
      figures: {
        'each, ms': round(oursMs, 3),
        'a bare loop over typed arrays, ms': round(bareMs, 3),
        '× the bare loop': round(oursMs / bareMs, 1),
        portfolios,
        'memory grown by, MB': round((process.memoryUsage().rss - before) / 2 ** 20, 0),
      },
      measured: oursMs,
      bar: { at: BAR_MS, is: 'at most' },
    };
  },
};

/** Values, returns, mean and deviation: what nobody could do without. */
function bareLoop(held: HeldSeries[]): number {
  const values = new Float64Array(SESSIONS);
  for (const { prices, units } of held) {
    for (let t = 0; t < SESSIONS; t++) values[t] = (values[t] as number) + (prices[t] as number) * units;
  }
  let sum = 0;
  let squares = 0;
  for (let t = 1; t < SESSIONS; t++) {
    const r = (values[t] as number) / (values[t - 1] as number) - 1;
    sum += r;
    squares += r * r;
  }
  const mean = sum / (SESSIONS - 1);
  return Math.sqrt(squares / (SESSIONS - 1) - mean * mean);
}

function walk(seed: number): Float64Array {
  let state = seed * 7_919;
  let price = 100;
  return Float64Array.from({ length: SESSIONS }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    price *= 1 + (state / 2_147_483_648 - 0.5) * 0.03;
    return price;
  });
}

function weekdays(count: number): string[] {
  const days: string[] = [];
  for (let at = Date.UTC(2024, 0, 2); days.length < count; at += 86_400_000) {
    const weekday = new Date(at).getUTCDay();
    if (weekday > 0 && weekday < 6) days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
}
