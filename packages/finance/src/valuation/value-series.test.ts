import fc from 'fast-check';
import { cumulativeReturn } from '../metrics/growth.ts';
import { sampleOf } from '../metrics/sample.ts';
import { recalculatePortfolio } from './recalculate-portfolio.ts';
import { type HeldSeries, valueSeries } from './value-series.ts';

const SESSIONS = ['2024-01-02', '2024-01-03', '2024-01-04', '2024-01-05'];
const held = (prices: number[], units: number, rest: Partial<HeldSeries> = {}): HeldSeries => ({
  symbol: 'A',
  prices: Float64Array.from(prices),
  fx: null,
  units,
  changes: [],
  ...rest,
});

test('the value at each close is what is held at it', () => {
  const series = valueSeries(SESSIONS, [held([10, 11, 12, 13], 2), held([5, 5, 4, 4], 10)]);
  expect([...series.values]).toEqual([70, 72, 64, 66]);
  expect(series.base).toBe('2024-01-02');
  expect(series.sessions).toEqual(SESSIONS.slice(1));
  expect(series.returns[0]).toBeCloseTo(72 / 70 - 1, 12);
});

test('money that comes in is no gain, money that goes out no loss', () => {
  const changes = [
    { at: 1, units: 100 },
    { at: 2, units: 50 },
  ];
  const series = valueSeries(SESSIONS, [held([10, 11, 12.1, 13.31], 2, { changes })]);
  for (const each of series.returns) expect(each).toBeCloseTo(0.1, 12);
  expect(series.flows[1]).toBeCloseTo(98 * 11, 9);
});

test('the time-weighted return of one asset is the asset’s own, whatever is bought and sold', () => {
  const price = fc.double({ min: 1, max: 1000, noNaN: true });
  const change = fc.record({ at: fc.nat(9), units: fc.double({ min: 1e-8, max: 1e12, noNaN: true }) });
  fc.assert(
    fc.property(
      fc.array(price, { minLength: 10, maxLength: 10 }),
      fc.array(change, { maxLength: 5 }),
      (prices, list) => {
        const changes = list.toSorted((a, b) => a.at - b.at);
        const sessions = prices.map((_, i) => `2024-02-${String(i + 10)}`);
        const { returns } = valueSeries(sessions, [held(prices, 3, { changes })]);
        const own = prices[9]! / prices[0]!;
        expect(((cumulativeReturn(sampleOf(returns)) as number) + 1) / own).toBeCloseTo(1, 9);
      },
    ),
  );
});

test('what was sold to the last fraction leaves nothing behind, that later purchases would make a loss of', () => {
  const changes = [
    { at: 1, units: 0.44 },
    { at: 2, units: 0 },
    { at: 3, units: 5 },
  ];
  const series = valueSeries(SESSIONS, [held([10, 11, 12, 13], 6.1334, { changes })]);
  expect([...series.values]).toEqual([6.1334 * 10, 0.44 * 11, 0, 65]);
  expect([...series.returns].map((each) => each.toFixed(9))).toEqual(['0.100000000', '0.090909091', 'NaN']);
});

test('dividends are part of the return, and not of the value', () => {
  const dividends = Float64Array.from([0, 0, 1, 0]);
  const series = valueSeries(SESSIONS, [held([10, 10, 9, 9], 5, { dividends })]);
  expect([...series.values]).toEqual([50, 50, 45, 45]);
  expect(series.returns[1]).toBeCloseTo(0, 12);
});

test('a dividend is paid at its session’s rate, on what was held before it', () => {
  const dividends = Float64Array.from([3, 0, 0.5, 0]);
  const fx = Float64Array.from([1, 1, 2, 2]);
  const changes = [{ at: 2, units: 10 }];
  const series = valueSeries(SESSIONS, [held([10, 10, 10, 10], 5, { dividends, fx, changes })]);
  // 15 units worth 20 each, 200 of them just bought, and 5 that were paid 1 each; before them 50.
  expect(series.returns[1]).toBeCloseTo((300 + 5 - 200) / 50 - 1, 12);
});

test('rates of each session are used, and carried over a gap', () => {
  const fx = Float64Array.from([1.1, Number.NaN, 1.2, 1.2]);
  const { values } = valueSeries(SESSIONS, [held([10, 20, 20, 20], 1, { fx })]);
  expect([...values].map((each) => each.toFixed(6))).toEqual(['11.000000', '22.000000', '24.000000', '24.000000']);
  const spoilt = Float64Array.from([1.1, Number.NaN, 1.2, 0]);
  const gaps = valueSeries(SESSIONS, [held([0.5, 20, Number.NaN, 0], 1, { fx: spoilt })]);
  expect([...gaps.values].map((each) => each.toFixed(6))).toEqual(['0.550000', '22.000000', '24.000000', '24.000000']);
});

test('gaps, negative prices and infinities carry the last price on', () => {
  const { values, unpriced } = valueSeries(SESSIONS, [held([10, Number.NaN, -5, Infinity], 1)]);
  expect([...values]).toEqual([10, 10, 10, 10]);
  expect(unpriced).toEqual([]);
});

test('a holding enters as a flow when its first price comes', () => {
  const series = valueSeries(SESSIONS, [held([10, 10, 10, 10], 1), held([Number.NaN, Number.NaN, 50, 55], 1)]);
  expect([...series.values]).toEqual([10, 10, 60, 65]);
  expect([...series.flows]).toEqual([10, 0, 50, 0]);
  expect(series.returns[1]).toBeCloseTo(0, 12);
  expect(series.returns[2]).toBeCloseTo(65 / 60 - 1, 12);
});

test('a holding without any price is named, and counts for nothing', () => {
  const series = valueSeries(SESSIONS, [held([Number.NaN, -1, 0, Number.NaN], 1, { symbol: 'GONE' })]);
  expect(series.unpriced).toEqual(['GONE']);
  expect([...series.values]).toEqual([0, 0, 0, 0]);
});

test('a portfolio of nothing, of no sessions or of one has a history without metrics, and nothing that is not a number', () => {
  for (const [sessions, list] of [
    [[], []],
    [SESSIONS, []],
    [['2024-01-02'], [held([10], 1)]],
  ] as [string[], HeldSeries[]][]) {
    const history = recalculatePortfolio(sessions, list);
    expect(history.metrics).toEqual([]);
    expect(JSON.stringify(history.metrics)).not.toMatch(/NaN/);
  }
});

test('history begins with the first value', () => {
  const history = recalculatePortfolio(SESSIONS, [held([Number.NaN, 10, 11, 12.1], 1)]);
  expect(history.series.base).toBe('2024-01-03');
  expect([...history.series.values]).toEqual([10, 11, 12.1]);
  const all = history.metrics.find(({ name }) => name === 'all')!;
  expect(all.values.cumulative_return).toBeCloseTo(0.21, 12);
});
