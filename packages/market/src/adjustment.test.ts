import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeGiven } from '@freshet/testing';
import { adjustmentFactors, type TradedClose } from './adjustment.ts';

const bar = (close: string, more: Partial<TradedClose> = {}): TradedClose => ({
  close,
  splitRatio: null,
  dividend: null,
  ...more,
});
const adjusted = (bars: TradedClose[]) =>
  adjustmentFactors(bars).map((factor, i) => Number(factor) * Number(bars[i]!.close));

test('without splits and dividends the raw closes stand', () => {
  expect(adjustmentFactors([bar('10'), bar('11'), bar('12')])).toEqual(['1', '1', '1']);
  expect(adjustmentFactors([])).toEqual([]);
});

test('a split divides what came before it, and only that', () => {
  expect(adjustmentFactors([bar('400'), bar('404'), bar('101', { splitRatio: '4' }), bar('102')])).toEqual([
    '0.25',
    '0.25',
    '1',
    '1',
  ]);
  expect(adjustmentFactors([bar('1'), bar('10', { splitRatio: '0.1' })])).toEqual(['10', '1']);
});

test('a dividend takes its share off what came before it, so that the return of its day is what a holder had', () => {
  const bars = [bar('100'), bar('99', { dividend: '2' })];
  const [before, after] = adjusted(bars) as [number, number];
  expect(before).toBe(98);
  expect(after / before - 1).toBeCloseTo(99 / 98 - 1, 12);
});

test('a suspect close is not what a dividend was a share of', () => {
  const bars = [bar('100'), bar('9900', { quality: 'suspect' }), bar('99', { dividend: '2' })];
  expect(adjustmentFactors(bars)).toEqual(['0.98', '0.98', '1']);
  expect(adjustmentFactors(bars.slice(1))).toEqual(['1', '1']);
});

test('both on one day: the dividend is paid on the new units', () => {
  expect(adjusted([bar('400'), bar('99', { splitRatio: '4', dividend: '1' })])[0]).toBeCloseTo(99, 12);
});

test('several days multiply', () => {
  const bars = [
    bar('200'),
    bar('100', { splitRatio: '2' }),
    bar('50', { splitRatio: '2' }),
    bar('49', { dividend: '1' }),
  ];
  expect(adjusted(bars).map((close) => Number(close.toFixed(6)))).toEqual([49, 49, 49, 49]);
});

test.each([
  ['a dividend larger than the price', { dividend: '150' }],
  ['a split of nothing', { splitRatio: '0' }],
  ['a negative split', { splitRatio: '-2' }],
])('%s is a mistake, and changes nothing', (_, more) => {
  expect(adjustmentFactors([bar('100'), bar('99', more)])).toEqual(['1', '1']);
});

test('what happened on the first day has nothing before it to change', () => {
  expect(adjustmentFactors([bar('100', { splitRatio: '2', dividend: '1' }), bar('101')])).toEqual(['1', '1']);
});

describeGiven('groundtruth', 'adjusted closes that were published', (directory) => {
  test('SPY’s dividends of ten years, given back by its closes and adjusted closes, lead to the adjusted closes again', () => {
    const rows = readFileSync(join(directory, 'ohlcv/yahoofinance-SPY-20080101-20180101.csv'), 'utf8')
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((line) => line.split(','));
    const closes = rows.map((row) => Number(row[4]));
    const published = rows.map((row) => Number(row[5]));
    // The published factor falls where a dividend was paid: by 1 − d / close before.
    const bars = closes.map((close, i): TradedClose => {
      const step = i === 0 ? 1 : published[i - 1]! / closes[i - 1]! / (published[i]! / close);
      const dividend = step < 0.9995 ? (1 - step) * closes[i - 1]! : null;
      return bar(String(close), { dividend: dividend === null ? null : String(dividend) });
    });
    expect(bars.filter(({ dividend }) => dividend !== null).length).toBeGreaterThanOrEqual(39);
    const last = published.at(-1)! / closes.at(-1)!;
    adjusted(bars).forEach((close, i) => expect((close * last) / published[i]!).toBeCloseTo(1, 3));
  });
});
