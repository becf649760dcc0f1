import { calendarOf, CALENDAR_IDS, FIRST_YEAR, isCalendarId, isSessionDate, LAST_YEAR } from '@freshet/calendar';
import type { Calendar, CalendarId, Session } from '@freshet/calendar';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';

interface CalendarOptions {
  from: string;
  to: string;
  json?: true;
}

/** Names that people use for an exchange besides its id. */
const OTHER_NAMES: Record<string, CalendarId> = {
  NYSE: 'XNYS',
  NASDAQ: 'XNAS',
  LSE: 'XLON',
  TSE: 'XTKS',
  CRYPTO: '24/7',
  '24-7': '24/7',
  FX: '24/5',
  '24-5': '24/5',
};

/** Adds `freshet calendar EXCHANGE --from DATE --to DATE [--json]`: an exchange's sessions with open and close in UTC. */
export function addCalendarCommand(program: Command): void {
  const command = program
    .command('calendar')
    .description('print the sessions of an exchange, with open and close in UTC')
    .argument('<exchange>', `one of ${CALENDAR_IDS.join(', ')}`, readExchange)
    .requiredOption('--from <date>', 'first date, YYYY-MM-DD', readDate)
    .requiredOption('--to <date>', 'last date, YYYY-MM-DD', readDate)
    .option('--json', 'print a JSON array');
  command.action((calendar: Calendar, { from, to, json }: CalendarOptions) => {
    if (from > to) command.error(`error: --from ${from} is after --to ${to}`);
    const sessions = calendar.sessions(from, to);
    const print = command.configureOutput().writeOut ?? ((text) => process.stdout.write(text));
    print(json ? `${JSON.stringify(sessions.map(sessionJson))}\n` : table(calendar, sessions));
  });
}

function readExchange(text: string): Calendar {
  const id = OTHER_NAMES[text.toUpperCase()] ?? text.toUpperCase();
  if (!isCalendarId(id)) throw new InvalidArgumentError(`Known exchanges are ${CALENDAR_IDS.join(', ')}.`);
  return calendarOf(id);
}

function readDate(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw new InvalidArgumentError('A date is written YYYY-MM-DD.');
  if (!isSessionDate(text)) throw new InvalidArgumentError('There is no such day.');
  const year = Number(text.slice(0, 4));
  if (year < FIRST_YEAR || year > LAST_YEAR) {
    throw new InvalidArgumentError(`Calendars know the years ${FIRST_YEAR} to ${LAST_YEAR}.`);
  }
  return text;
}

/** A session as it stands in the output: times in UTC, null where there is no break. */
function sessionJson({ date, open, close, breakStart, breakEnd, halfDay }: Session) {
  return { date, open, close, break_start: breakStart, break_end: breakEnd, half_day: halfDay };
}

function table(calendar: Calendar, sessions: readonly Session[]): string {
  const lines = sessions.map((session) => {
    const { date, open, close, breakStart, breakEnd, halfDay } = session;
    const lunch = breakStart && breakEnd ? `  break ${minute(breakStart)} – ${minute(breakEnd)}` : '';
    return `${date}  ${minute(open)}  ${minute(close)}${lunch}${halfDay ? '  half day' : ''}\n`;
  });
  const count = `${sessions.length} ${sessions.length === 1 ? 'session' : 'sessions'}`;
  return `${calendar.name} (${calendar.id}), times in UTC\ndate        open               close\n${lines.join('')}${count}\n`;
}

function minute(time: Date): string {
  return `${time.toISOString().slice(0, 16)}Z`;
}
