import { historySays, historySpec } from './history-spec.ts';
import { drawdownOf, growthSpec, rebased } from './portfolio-spec.ts';

const bar = (session: string, close: number, more: object = {}) => ({
  session,
  open: null,
  high: null,
  low: null,
  close,
  volume: null,
  split_ratio: null,
  dividend: null,
  provisional: false,
  quality: 'good' as const,
  source: 'yahoo',
  ...more,
});
const point = (time: string, price: number) => ({
  time,
  price,
  open: null,
  high: null,
  low: null,
  volume: null,
  source: 'yahoo',
});

test('daily bars become candles; a bar of a close alone is a candle all the same', () => {
  const { candles, volume } = historySpec({
    data: [bar('2026-11-19', 10), bar('2026-11-20', 12, { open: 11, high: 13, low: 9, volume: 7 })],
  });
  expect(candles).toEqual([
    { time: '2026-11-19', open: 10, high: 10, low: 10, close: 10 },
    { time: '2026-11-20', open: 11, high: 13, low: 9, close: 12 },
  ]);
  expect(volume).toEqual([{ time: '2026-11-20', value: 7 }]);
});

test('stored prices become a line with one value for each second, in order', () => {
  const data = [
    point('2026-11-20T12:00:01.000Z', 2),
    point('2026-11-20T12:00:01.900Z', 3),
    point('2026-11-20T12:00:00.000Z', 1),
  ];
  expect(historySpec({ data }).lines?.[0]?.points.map(({ value }) => value)).toEqual([1, 3]);
});

test('a chart is told in words to those who don’t see it', () => {
  expect(historySays('AAPL', { data: [bar('2026-11-19', 10), bar('2026-11-20', 12)] })).toBe(
    'AAPL: from 10.00 to 12.00, lowest 10.00, highest 12.00',
  );
  expect(historySays('AAPL', { data: [] })).toBe('AAPL: no history');
});

test('the drawdown is the distance from the highest value before', () => {
  const growth = [1, 1.25, 1, 1.5].map((value, index) => ({ time: index, value }));
  expect(drawdownOf(growth).map(({ value }) => Number(value.toFixed(4)))).toEqual([0, 0, -0.2, 0]);
});

test('the benchmark begins at zero with the portfolio, from its last close before', () => {
  const closes = [
    { session: '2026-11-13', close: 100 },
    { session: '2026-11-17', close: 110 },
  ];
  expect(rebased(closes, '2026-11-16')).toEqual([{ time: '2026-11-17', value: 110 / 100 - 1 }]);
  expect(rebased([], '2026-11-16')).toEqual([]);
  expect(rebased(closes, undefined)).toEqual([]);
});

test('growth stands above, the drawdown in a pane of its own', () => {
  const history = [{ session: '2026-11-16', value: '100', flow: '0', growth: 1 }];
  const spec = growthSpec('Growth', history, '^GSPC', []);
  expect(spec.lines?.map(({ name, pane }) => [name, pane ?? 0])).toEqual([
    ['Growth', 0],
    ['Drawdown', 1],
  ]);
});
