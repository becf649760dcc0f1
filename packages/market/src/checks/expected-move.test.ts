import { dailyDeviation, explainedMove } from './expected-move.ts';

const from = new Date('2025-03-04T16:00:00Z');
const after = (days: number) => new Date(from.getTime() + days * 86_400_000);

test.each([
  ['one that is known', 0.16, 0.16],
  ['one of a hundred times the price', 99, 99],
  ['none that anybody measured', null, 0.6],
  ['none', 0, 0.6],
  ['less than none', -0.2, 0.6],
  ['more than there is', 100, 0.6],
])('of a yearly volatility, a session has the 252nd part of the variance: %s', (_, volatility, yearly) => {
  expect(dailyDeviation(volatility) ** 2 * 252).toBeCloseTo(yearly ** 2, 9);
});

test.each([
  ['a moment explains what a session does', 0, 6 * dailyDeviation(0.27)],
  ['a price from before, too', -3, 6 * dailyDeviation(0.27)],
  ['a year explains six of its deviations', 365, 6 * 0.27],
  ['a week has five sessions of seven days', 7, 6 * dailyDeviation(0.27) * Math.sqrt((7 * 252) / 365)],
])('%s', (_, days, move) => {
  expect(explainedMove(0.27, from, after(days))).toBeCloseTo(move, 12);
});

test('what hardly ever moves may move by a twentieth', () => {
  expect(explainedMove(0.01, from, after(1))).toBe(0.05);
});
