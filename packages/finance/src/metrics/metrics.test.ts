import fc from 'fast-check';
import { allMetrics } from './all-metrics.ts';
import { drawdownDates } from './drawdown-dates.ts';
import { METRIC_NAMES, METRICS, type MetricName } from './catalogue.ts';
import { deepestDrawdown } from './drawdown.ts';
import { simpleReturns } from './returns.ts';
import { rolling } from './rolling.ts';
import { perPeriod, sampleOf } from './sample.ts';

/** One year of monthly returns and their market, worked out by hand in the comments. */
const OWN = [0.02, -0.01, 0.03, 0.01, -0.02, 0.04];
const MARKET = [0.01, -0.02, 0.02, 0.01, -0.01, 0.03];

test('a small series, by hand', () => {
  const { values } = allMetrics(OWN, MARKET, { periodsPerYear: 12, cutoff: 0.2 });
  const growth = 1.02 * 0.99 * 1.03 * 1.01 * 0.98 * 1.04;
  expect(values.cumulative_return).toBeCloseTo(growth - 1, 12);
  expect(values.annualised_return).toBeCloseTo(growth ** 2 - 1, 12);
  // Mean 0.07/6; Σ(r − mean)² = 0.0035 − 0.07²/6.
  const deviation = Math.sqrt((0.0035 - 0.07 ** 2 / 6) / 5);
  expect(values.volatility).toBeCloseTo(deviation * Math.sqrt(12), 12);
  expect(values.sharpe).toBeCloseTo((0.07 / 6 / deviation) * Math.sqrt(12), 12);
  const downside = Math.sqrt((0.01 ** 2 + 0.02 ** 2) / 6) * Math.sqrt(12);
  expect(values.sortino).toBeCloseTo(((0.07 / 6) * 12) / downside, 12);
  expect(values.max_drawdown).toBeCloseTo(-0.02, 12);
  // Five steps at 20 %: exactly the second lowest.
  expect(values.var).toBeCloseTo(-0.01, 12);
  expect(values.cvar).toBeCloseTo((-0.02 - 0.01) / 2, 12);
  const up = (1.02 * 1.03 * 1.01 * 1.04) ** 3 - 1;
  const upMarket = (1.01 * 1.02 * 1.01 * 1.03) ** 3 - 1;
  expect(values.up_capture).toBeCloseTo(up / upMarket, 12);
  const down = (0.99 * 0.98) ** 6 - 1;
  expect(values.down_capture).toBeCloseTo(down / ((0.98 * 0.99) ** 6 - 1), 12);
  expect(values.relative_return).toBeCloseTo(growth / (1.01 * 0.98 * 1.02 * 1.01 * 0.99 * 1.03) - 1, 12);
});

test('the risk-free return lowers Sharpe, Sortino and alpha', () => {
  const plain = allMetrics(OWN, MARKET, { periodsPerYear: 12 }).values;
  const less = allMetrics(OWN, MARKET, { periodsPerYear: 12, riskFree: perPeriod(0.03, 12) }).values;
  expect(less.sharpe!).toBeLessThan(plain.sharpe!);
  expect(less.sortino!).toBeLessThan(plain.sortino!);
  expect(less.beta).toBe(plain.beta);
  const free = perPeriod(0.03, 12);
  const perMonth = 0.07 / 6 - free - plain.beta! * (0.04 / 6 - free);
  expect(less.alpha).toBeCloseTo((1 + perMonth) ** 12 - 1, 12);
});

test.each([
  ['nothing', [], 'no_observations'],
  ['only gaps', [Number.NaN, Number.NaN], 'no_observations'],
  ['one return', [0.01], 'too_few_observations'],
  ['returns that never differ', [0.01, 0.01, 0.01], 'zero_variance'],
])('of %s there is no Sharpe ratio, and a reason', (_, returns, reason) => {
  const { values, reasons } = allMetrics(returns, returns);
  expect([values.sharpe, reasons.sharpe]).toEqual([null, reason]);
});

test('of nothing but gaps there is no return either: that all was kept would be a guess', () => {
  const { values, reasons } = allMetrics([Number.NaN, Number.NaN], [0.01, -0.01]);
  expect([values.cumulative_return, values.max_drawdown, values.relative_return]).toEqual([null, null, null]);
  expect(new Set(Object.values(reasons))).toEqual(new Set(['no_observations']));
});

test('gaps and infinities are periods without a return', () => {
  const { values, observations, gaps } = allMetrics([0.1, Number.NaN, Infinity, 0.1]);
  expect([observations, gaps]).toEqual([2, 2]);
  expect(values.cumulative_return).toBeCloseTo(0.21, 12);
  expect(values.annualised_return).toBeCloseTo(1.21 ** 63 - 1, -5);
});

test('whatever comes in, every figure is a finite number or null with a reason', () => {
  const odd = fc.oneof(
    fc.double({ min: -0.5, max: 0.5 }),
    fc.constantFrom(0, 0.01, -1, -3, 1e308, Number.NaN, Infinity, -Infinity, 5e-324),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(odd, odd), { maxLength: 12 }), (pairs) => {
      const own = pairs.map(([a]) => a);
      const other = pairs.map(([, b]) => b);
      const { values, reasons } = allMetrics(own, other);
      for (const name of METRIC_NAMES) {
        if (values[name] === null) expect(reasons[name]).toBeDefined();
        else expect(Number.isFinite(values[name])).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test('without a benchmark every relative metric says so', () => {
  const { reasons } = allMetrics(OWN);
  for (const name of METRIC_NAMES) expect(reasons[name] === 'no_benchmark').toBe(METRICS[name].relative);
});

test('where the benchmark is lacking for a reason of its own, that is the reason', () => {
  const { reasons } = allMetrics(OWN, null, { noBenchmark: 'no_benchmark_rate' });
  for (const name of METRIC_NAMES) expect(reasons[name] === 'no_benchmark_rate').toBe(METRICS[name].relative);
});

test('where the benchmark begins later, nothing compares the whole of both', () => {
  const { values, reasons } = allMetrics(OWN, [Number.NaN, Number.NaN, ...MARKET.slice(2)]);
  expect(reasons).toEqual({ relative_return: 'benchmark_too_short', capture: 'benchmark_too_short' });
  expect(values.beta).toBeCloseTo(allMetrics(OWN.slice(2), MARKET.slice(2)).values.beta!, 12);
});

test('a sample refuses what has no meaning', () => {
  expect(() => sampleOf([0.1], [0.1, 0.2])).toThrow('same periods');
  expect(() => sampleOf([0.1], null, { periodsPerYear: 0 })).toThrow('periodsPerYear');
  expect(() => sampleOf([0.1], null, { cutoff: 2 })).toThrow('cutoff');
  expect(() => sampleOf([0.1], null, { riskFree: Number.NaN })).toThrow('riskFree');
});

test('beyond what a number can hold nothing is known of falls', () => {
  const { values, reasons } = allMetrics([1e200, 1e200, -0.5]);
  expect([values.max_drawdown, values.calmar]).toEqual([null, null]);
  expect(reasons.max_drawdown).toBe('out_of_range');
  expect(drawdownDates(Float64Array.from([1e200, 1e200, -0.5]), ['2024-01-02', '2024-01-03', '2024-01-04'])).toBeNull();
});

test('the drawdown says when it began, when it was deepest and when it was over', () => {
  const returns = Float64Array.from([0.1, -0.1, -0.1, 0.3, -0.05]);
  const sessions = ['d1', 'd2', 'd3', 'd4', 'd5'];
  expect(drawdownDates(returns, sessions)).toEqual({ peak: 'd1', trough: 'd3', recovery: 'd4' });
  expect(drawdownDates(Float64Array.from([-0.1]), ['d1'], 'd0')).toEqual({ peak: 'd0', trough: 'd1', recovery: null });
  expect(drawdownDates(Float64Array.from([0.1]), ['d1'])).toBeNull();
});

test('a value that is exactly back at its high has recovered', () => {
  expect(deepestDrawdown(Float64Array.from([-0.5, 1, -0.25]))).toEqual({
    depth: -0.5,
    peak: -1,
    trough: 0,
    recovery: 1,
  });
  expect(deepestDrawdown(Float64Array.from([0, 0, -0.5]))!.peak).toBe(1);
});

test('of two falls that are equally deep, the first is told of', () => {
  expect(deepestDrawdown(Float64Array.from([-0.5, 1, -0.5]))).toMatchObject({ peak: -1, trough: 0, recovery: 1 });
});

/** How far below its last high the value is after each return: fractions ≤ 0. */
function drawdowns(returns: Float64Array): Float64Array {
  const result = new Float64Array(returns.length);
  let value = 1;
  let high = 1;
  for (let i = 0; i < returns.length; i++) {
    const change = returns[i]!;
    if (change === change) value *= 1 + change;
    if (value > high) high = value;
    result[i] = (value - high) / high;
  }
  return result;
}

test('the deepest drawdown is the least of all drawdowns, and lies after its high', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -0.9, max: 2, noNaN: true }), { minLength: 1, maxLength: 30 }), (list) => {
      const returns = Float64Array.from(list);
      const all = drawdowns(returns);
      const { depth, peak, trough, recovery } = deepestDrawdown(returns)!;
      expect(depth).toBe(Math.min(0, ...all));
      if (depth === 0) return;
      expect(all[trough]).toBe(depth);
      expect(peak).toBeLessThan(trough);
      expect(peak < 0 ? 0 : all[peak]).toBeCloseTo(0, 15);
      const first = all.findIndex((each, i) => i > trough && each === 0);
      expect(recovery).toBe(first < 0 ? null : first);
    }),
  );
});

test('returns of prices span gaps, so that they compound to the whole change', () => {
  const returns = simpleReturns([100, Number.NaN, 110, -1, 121]);
  expect([...returns]).toEqual([Number.NaN, expect.closeTo(0.1), Number.NaN, expect.closeTo(0.1)]);
  expect([...simpleReturns([100, Infinity, 0.5])]).toEqual([Number.NaN, expect.closeTo(-0.995)]);
  expect(simpleReturns([])).toHaveLength(0);
});

test.each<[MetricName, string, number[], number[] | null]>([
  ['volatility', 'too_few_observations', [0.01], null],
  ['sortino', 'too_few_observations', [0.01], null],
  ['beta', 'too_few_observations', [0.01], [0.02]],
  ['correlation', 'too_few_observations', [0.01], [0.02]],
  ['tracking_error', 'too_few_observations', [0.01], [0.02]],
  ['information_ratio', 'too_few_observations', [0.01], [0.02]],
  ['sortino', 'no_downside', [0.01, 0.02], null],
  ['calmar', 'no_drawdown', [0.01, 0.02], null],
  ['annualised_return', 'total_loss', [-3, 0.1], null],
  ['calmar', 'total_loss', [-3, 0.1], null],
  ['alpha', 'total_loss', [-1.5, -1.4], [0.01, -0.01]],
  ['relative_return', 'total_loss', [0.1, 0.1], [-1, 0.1]],
  ['relative_return', 'benchmark_too_short', [0.1, 0.1], [Number.NaN, 0.1]],
  ['beta', 'flat_benchmark', [0.01, 0.02], [0.01, 0.01]],
  ['beta', 'flat_benchmark', [0.01, 0.02], [1e-20, 2e-20]],
  ['correlation', 'flat_benchmark', [0.01, 0.02], [0.01, 0.01]],
  ['correlation', 'zero_variance', [0.01, 0.01], [0.01, 0.02]],
  ['capture', 'flat_benchmark', [0.01, 0.02], [0, 0]],
  ['information_ratio', 'no_active_risk', [0.03, 0.04], [0.03, 0.04]],
  ['information_ratio_annualised', 'no_active_risk', [0.03, 0.04], [0.03, 0.04]],
  ['up_capture', 'no_up_periods', [0.01, 0.02], [0, -0.01]],
  ['down_capture', 'no_down_periods', [0.01, 0.02], [0, 0.01]],
  ['up_down_capture', 'no_up_periods', [0.01, 0.02], [0, -0.01]],
  ['up_down_capture', 'no_down_periods', [0.01, 0.02], [0, 0.01]],
  ['up_down_capture', 'zero_variance', [0.01, 0], [0.01, -0.01]],
])('there is no %s, for %s, of %j beside %j', (name, reason, own, benchmark) => {
  const { values, reasons } = allMetrics(own, benchmark);
  expect([values[name], reasons[name]]).toEqual([null, reason]);
});

test('two returns have every metric, and one has those that measure no spread', () => {
  expect(allMetrics([0.02, -0.01], [0.01, -0.03], { periodsPerYear: 1 }).reasons).toEqual({});
  const { values, reasons } = allMetrics([-0.02], [-0.01], { periodsPerYear: 1 });
  expect(values).toMatchObject({
    cumulative_return: expect.closeTo(-0.02, 12),
    annualised_return: expect.closeTo(-0.02, 12),
    downside_deviation: expect.closeTo(0.02, 12),
    calmar: expect.closeTo(-1, 12),
    max_drawdown: expect.closeTo(-0.02, 12),
    var: -0.02,
    cvar: -0.02,
    down_capture: expect.closeTo(2, 12),
    capture: expect.closeTo(2, 12),
    relative_return: expect.closeTo(0.98 / 0.99 - 1, 12),
  });
  expect(Object.keys(reasons).toSorted()).toEqual(
    [
      ...['alpha', 'beta', 'correlation', 'information_ratio', 'information_ratio_annualised', 'sharpe', 'sortino'],
    ].concat(...['tracking_error', 'up_capture', 'up_down_capture', 'volatility']),
  );
});

test('a rolling metric is the metric of each window', () => {
  const windows = rolling('correlation', 3, Float64Array.from(OWN), Float64Array.from(MARKET));
  expect(windows).toHaveLength(4);
  windows.forEach((each, i) =>
    expect(each).toBe(allMetrics(OWN.slice(i, i + 3), MARKET.slice(i, i + 3)).values.correlation),
  );
  expect(rolling('sharpe', 9, Float64Array.from(OWN))).toEqual([]);
  expect(rolling('max_drawdown', 2, Float64Array.of(Number.NaN, Number.NaN, 0.1))).toEqual([null, 0]);
  expect(() => rolling('sharpe', 0, Float64Array.from(OWN))).toThrow('window');
});

test('tails of every size are what sorting says', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1, max: 1 }), { maxLength: 300 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (list, cutoff) => {
        const sorted = list.filter((each) => !Number.isNaN(each)).toSorted((a, b) => a - b);
        const { values } = allMetrics(list, null, { cutoff });
        if (sorted.length === 0) return expect(values.cvar).toBeNull();
        const place = (sorted.length - 1) * cutoff;
        const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
        expect(values.var).toBeCloseTo(low + (high - low) * (place % 1), 12);
        const tail = sorted.slice(0, Math.floor(place) + 1);
        return expect(values.cvar).toBeCloseTo(tail.reduce((sum, each) => sum + each, 0) / tail.length, 12);
      },
    ),
  );
});
