import { allMetrics } from './all-metrics.ts';
import { metricsByPeriod } from './by-period.ts';
import { alignReturns } from './return-series.ts';
import { firstAfter, monthsBefore, periodsOf } from './periods.ts';
import { aggregateReturns } from './returns.ts';
import { sessionsFrom } from './sessions.ts';

/** Every weekday of the range. */
function weekdays(from: string, to: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000) {
    if (new Date(at).getUTCDay() % 6 !== 0) days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
}

const sessions = weekdays('2022-12-15', '2024-05-31');

test('periods end at the last session and begin after the close of the day that many months earlier', () => {
  const periods = new Map(periodsOf(sessions, '2022-12-14').map((each) => [each.name, each]));
  const first = (name: string): string => sessions[periods.get(name)!.start]!;
  expect([...periods.keys()]).toEqual(['1m', '3m', 'ytd', '1y', 'all', '2022', '2023', '2024']);
  expect(['1m', '3m', 'ytd', '1y', 'all', '2023'].map(first)).toEqual([
    '2024-05-01',
    '2024-03-01',
    '2024-01-01',
    '2023-06-01',
    '2022-12-15',
    '2023-01-02',
  ]);
  expect(sessions[periods.get('2023')!.end - 1]).toBe('2023-12-29');
  expect(periods.get('2022')!.complete).toBe(false);
  expect(periods.get('2023')!.complete).toBe(true);
});

test.each([
  ['2024-03-31', 1, '2024-02-29'],
  ['2023-03-31', 1, '2023-02-28'],
  ['2024-01-15', 3, '2023-10-15'],
  ['2024-02-29', 12, '2023-02-28'],
])('%s less %i months is %s', (session, months, before) => expect(monthsBefore(session, months)).toBe(before));

test('a period that begins before the history has no metrics, and says so; parts of a year are what they are', () => {
  const short = weekdays('2024-05-01', '2024-05-31');
  const returns = new Float64Array(short.length).fill(0.001);
  const byName = new Map(
    metricsByPeriod({ base: '2024-04-30', sessions: short, returns }).map((each) => [each.name, each]),
  );
  expect(byName.get('3m')!.reasons.volatility).toBe('history_too_short');
  // It covers the same returns as others that need no length of their own.
  expect(byName.get('1y')!.reasons.volatility).toBe('history_too_short');
  expect(byName.get('1m')!.values.cumulative_return).toBeCloseTo(1.001 ** 23 - 1, 12);
  expect(byName.get('ytd')).toMatchObject({ complete: false });
  expect(byName.get('ytd')!.values.cumulative_return).toBeCloseTo(1.001 ** 23 - 1, 12);
});

test('where the value before the first return has no date, it is at most a long weekend earlier', () => {
  // The Tuesday after Easter; the Thursday before it is five days earlier.
  const monthTo = (last: string) => periodsOf(['2024-04-02', last])[0];
  expect(monthTo('2024-04-28')).toMatchObject({ name: '1m', from: '2024-03-28', complete: true });
  expect(monthTo('2024-04-27')).toMatchObject({ name: '1m', from: '2024-03-27', complete: false });
});

test('a period is measured by its own returns and those of the benchmark beside them', () => {
  const returns = Float64Array.from(sessions, (_, i) => Math.sin(i) / 100);
  const market = Float64Array.from(sessions, (_, i) => Math.cos(i * 1.7) / 100);
  const { from, to, values } = metricsByPeriod({ base: null, sessions, returns }, market).find(
    ({ name }) => name === '2023',
  )!;
  const [start, end] = [from, to].map((date) => firstAfter(sessions, date)) as [number, number];
  expect(values).toEqual(allMetrics(returns.slice(start, end), market.slice(start, end)).values);
});

test('returns at other sessions are those of the same date, and none where there is no such date', () => {
  const series = { base: null, sessions: ['d1', 'd3', 'd4'], returns: Float64Array.from([0.1, 0.3, 0.4]) };
  expect([...alignReturns(series, ['d0', 'd1', 'd2', 'd4', 'd5'])]).toEqual([
    Number.NaN,
    0.1,
    Number.NaN,
    0.4,
    Number.NaN,
  ]);
});

test('series on the same sessions know it by their later sessions too', () => {
  expect(sessionsFrom(sessions, 1)).toEqual(sessions.slice(1));
  expect(sessionsFrom(sessions, 1)).toBe(sessionsFrom(sessions, 1));
  expect(sessionsFrom(sessions, 0)).toBe(sessions);
});

test('calendar years compound to the whole', () => {
  const returns = Float64Array.from(sessions, (_, i) => Math.sin(i) / 100);
  const periods = metricsByPeriod({ base: null, sessions, returns });
  const value = (name: string): number => periods.find((each) => each.name === name)!.values.cumulative_return! + 1;
  expect(value('2022') * value('2023') * value('2024')).toBeCloseTo(value('all'), 12);
  const years = aggregateReturns({ base: null, sessions, returns }, 'year');
  expect(years.map(({ value: each }) => each + 1)).toEqual(
    ['2022', '2023', '2024'].map((year) => expect.closeTo(value(year), 12)),
  );
});

test('a drawdown that began before the period is dated by the value it starts from', () => {
  const returns = new Float64Array(sessions.length);
  returns[sessions.indexOf('2024-01-01')] = -0.1;
  const ytd = metricsByPeriod({ base: null, sessions, returns }).find(({ name }) => name === 'ytd')!;
  expect(ytd.drawdown).toEqual({ peak: '2023-12-29', trough: '2024-01-01', recovery: null });
});

test('no sessions, no periods', () => {
  expect(metricsByPeriod({ base: null, sessions: [], returns: new Float64Array(0) })).toEqual([]);
});
