import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeGiven } from '@freshet/testing';
import { calendarOf } from './calendar.ts';

/** One session as a line: date, open, close and the break's ends, to the minute in UTC. */
type SessionLine = string;

describeGiven('groundtruth', 'the calendars against real sessions', (directory) => {
  test.each([
    ['xnys', 'XNYS', 5797],
    ['xnys', 'XNAS', 5797],
    ['xlon', 'XLON', 5813],
    ['xtks', 'XTKS', 3195],
    ['24-7', '24/7', 366],
    ['24-5', '24/5', 261],
  ])('every session of %s.csv is a session of %s, to the minute, and there is none besides', (file, id, count) => {
    const real = realSessions(join(directory, 'calendars', `${file}.csv`));
    expect(real).toHaveLength(count);
    // The whole of the file's years, so that a session before its first or after its last row shows too.
    const from = `${real[0]!.slice(0, 4)}-01-01`;
    const to = `${real.at(-1)!.slice(0, 4)}-12-31`;
    const ours: SessionLine[] = calendarOf(id)
      .sessions(from, to)
      .map(({ date, open, close, breakStart, breakEnd }) =>
        [date, ...[open, close, breakStart, breakEnd].map((at) => at?.toISOString().slice(0, 16) ?? '')].join(),
      );
    expect(ours).toEqual(real);
  });

  test.each(['SPY-20080101-20180101', 'SPY-20200901-20210113', 'GOOG-20040819-20180120', 'AAPL-20040819-20180120'])(
    'New York was open exactly on the dates that %s has prices for',
    (file) => {
      const dates = datesOf(readFileSync(join(directory, 'ohlcv', `yahoofinance-${file}.csv`), 'utf8'));
      const sessions = calendarOf('XNYS').sessions(dates[0]!, dates.at(-1)!);
      expect(sessions.map(({ date }) => date)).toEqual(dates);
    },
  );
});

function realSessions(path: string): SessionLine[] {
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [label, ...times] = line.trim().split(',');
      return [label!.slice(0, 10), ...times.map((time) => time.slice(0, 16))].join();
    });
}

function datesOf(csv: string): string[] {
  return csv
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',')[0]!.slice(0, 10));
}
