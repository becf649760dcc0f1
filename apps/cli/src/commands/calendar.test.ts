import { CALENDAR_IDS } from '@freshet/calendar';
import { Command } from 'commander';
import { addCalendarCommand } from './calendar.ts';

/** Runs the command as a shell would: what it prints, what it complains of, and its exit code. */
function run(...args: string[]): { out: string; error: string; exitCode: number } {
  let [out, error] = ['', ''];
  const program = new Command('freshet')
    .exitOverride()
    .configureOutput({ writeOut: (text) => (out += text), writeErr: (text) => (error += text) });
  addCalendarCommand(program);
  try {
    program.parse(['calendar', ...args], { from: 'user' });
    return { out, error, exitCode: 0 };
  } catch (thrown) {
    return { out, error, exitCode: (thrown as { exitCode: number }).exitCode };
  }
}

test('prints the sessions of a range as JSON, in UTC', () => {
  const { out, exitCode } = run('XNYS', '--from', '2020-11-25', '--to', '2020-11-29', '--json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(out)).toEqual([
    {
      date: '2020-11-25',
      open: '2020-11-25T14:30:00.000Z',
      close: '2020-11-25T21:00:00.000Z',
      break_start: null,
      break_end: null,
      half_day: false,
    },
    {
      date: '2020-11-27',
      open: '2020-11-27T14:30:00.000Z',
      close: '2020-11-27T18:00:00.000Z',
      break_start: null,
      break_end: null,
      half_day: true,
    },
  ]);
});

test('prints one line per session for people, with the break and the half day named', () => {
  expect(run('XTKS', '--from', '2024-11-05', '--to', '2024-11-05').out).toBe(
    'Tokyo Stock Exchange (XTKS), times in UTC\n' +
      'date        open               close\n' +
      '2024-11-05  2024-11-05T00:00Z  2024-11-05T06:30Z  break 2024-11-05T02:30Z – 2024-11-05T03:30Z\n' +
      '1 session\n',
  );
  expect(run('xlon', '--from', '2024-12-24', '--to', '2024-12-26').out).toContain(
    '2024-12-24T12:30Z  half day\n1 session',
  );
});

test('counts 253 sessions of New York in 2020', () => {
  const { out } = run('XNYS', '--from', '2020-01-01', '--to', '2020-12-31', '--json');
  expect(JSON.parse(out)).toHaveLength(253);
});

test('takes the usual names of exchanges too', () => {
  const range = ['--from', '2024-07-01', '--to', '2024-07-07', '--json'];
  expect(run('NYSE', ...range).out).toBe(run('XNYS', ...range).out);
  expect(JSON.parse(run('24/7', ...range).out)).toHaveLength(7);
  expect(JSON.parse(run('fx', ...range).out)).toHaveLength(5);
});

test.each([
  [['XXXX', '--from', '2020-01-01', '--to', '2020-12-31'], `Known exchanges are ${CALENDAR_IDS.join(', ')}`],
  [['XNYS', '--from', '2020-02-30', '--to', '2020-12-31'], "'2020-02-30' is invalid. There is no such day"],
  [['XNYS', '--from', '2020-01-01', '--to', 'tomorrow'], 'A date is written YYYY-MM-DD'],
  [['XNYS', '--from', '1975-01-01', '--to', '2020-12-31'], 'Calendars know the years 1990 to 2099'],
  [['XNYS', '--from', '2020-12-31', '--to', '2020-01-01'], '--from 2020-12-31 is after --to 2020-01-01'],
  [['XNYS', '--from', '2020-12-31'], "required option '--to <date>' not specified"],
])('%j is refused: %s', (args, why) => {
  const { out, error, exitCode } = run(...args);
  expect(error).toContain(why);
  expect([out, exitCode]).toEqual(['', 1]);
});
