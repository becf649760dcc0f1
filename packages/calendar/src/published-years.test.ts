import { calendarOf } from './calendar.ts';
import type { CalendarId } from './catalogue.ts';

/**
 * Years as the exchanges published them, checked by hand: weekdays without trading and half days. They carry the suite
 * where the ground truth is absent, and reach beyond its end.
 */
interface PublishedYear {
  closed: string;
  half: string;
}

const PUBLISHED: Record<string, Record<number, PublishedYear>> = {
  XNYS: {
    2013: { closed: '01-01 01-21 02-18 03-29 05-27 07-04 09-02 11-28 12-25', half: '07-03 11-29 12-24' },
    2018: { closed: '01-01 01-15 02-19 03-30 05-28 07-04 09-03 11-22 12-05 12-25', half: '07-03 11-23 12-24' },
    2021: { closed: '01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24', half: '11-26' },
    2022: { closed: '01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26', half: '11-25' },
    2024: { closed: '01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25', half: '07-03 11-29 12-24' },
    2025: { closed: '01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25', half: '07-03 11-28 12-24' },
    2026: { closed: '01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25', half: '11-27 12-24' },
    2027: { closed: '01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24', half: '11-26' },
    2028: { closed: '01-17 02-21 04-14 05-29 06-19 07-04 09-04 11-23 12-25', half: '07-03 11-24' },
  },
  XLON: {
    2020: { closed: '01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28', half: '12-24 12-31' },
    2022: { closed: '01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27', half: '12-23 12-30' },
    2023: { closed: '01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26', half: '12-22 12-29' },
    2025: { closed: '01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26', half: '12-24 12-31' },
    2026: { closed: '01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28', half: '12-24 12-31' },
  },
  XTKS: {
    2015: {
      closed: '01-01 01-02 01-12 02-11 04-29 05-04 05-05 05-06 07-20 09-21 09-22 09-23 10-12 11-03 11-23 12-23 12-31',
      half: '',
    },
    2019: {
      closed:
        '01-01 01-02 01-03 01-14 02-11 03-21 04-29 04-30 05-01 05-02 05-03 05-06 07-15 08-12 09-16 09-23 10-14 10-22 11-04 12-31',
      half: '',
    },
    2020: {
      closed:
        '01-01 01-02 01-03 01-13 02-11 02-24 03-20 04-29 05-04 05-05 05-06 07-23 07-24 08-10 09-21 09-22 10-01 11-03 11-23 12-31',
      half: '',
    },
    2021: {
      closed: '01-01 01-11 02-11 02-23 04-29 05-03 05-04 05-05 07-22 07-23 08-09 09-20 09-23 11-03 11-23 12-31',
      half: '',
    },
    2024: {
      closed: '01-01 01-02 01-03 01-08 02-12 02-23 03-20 04-29 05-03 05-06 07-15 08-12 09-16 09-23 10-14 11-04 12-31',
      half: '',
    },
    2026: {
      closed:
        '01-01 01-02 01-12 02-11 02-23 03-20 04-29 05-04 05-05 05-06 07-20 08-11 09-21 09-22 09-23 10-12 11-03 11-23 12-31',
      half: '',
    },
  },
};

const cases = Object.entries(PUBLISHED).flatMap(([id, years]) =>
  Object.entries(years).map(([year, published]) => [id as CalendarId, Number(year), published] as const),
);

test.each(cases)('%s kept the days off and the half days that it published for %i', (id, year, published) => {
  const sessions = calendarOf(id).sessions(`${year}-01-01`, `${year}-12-31`);
  const traded = new Set(sessions.map(({ date }) => date));
  const closed = weekdaysOf(year).filter((date) => !traded.has(date));
  const half = sessions.filter(({ halfDay }) => halfDay).map(({ date }) => date);
  expect(short(closed)).toBe(published.closed);
  expect(short(half)).toBe(published.half);
});

test.each([
  ['XNYS', '2024-03-08', '14:30', '21:00', 'on standard time'],
  ['XNYS', '2024-03-11', '13:30', '20:00', 'on daylight saving time'],
  ['XNYS', '2024-11-29', '14:30', '18:00', 'the day after Thanksgiving'],
  ['XNYS', '1991-12-24', '14:30', '19:00', 'when half days still closed at two'],
  ['XLON', '2024-03-28', '08:00', '16:30', 'on Greenwich time'],
  ['XLON', '2024-04-02', '07:00', '15:30', 'on British summer time'],
  ['XLON', '2024-12-24', '08:00', '12:30', 'before Christmas'],
  ['XTKS', '2024-11-01', '00:00', '06:00', 'before its day grew'],
  ['XTKS', '2024-11-05', '00:00', '06:30', 'since its day grew'],
] as const)('%s on %s opens at %s and closes at %s UTC, %s', (id, date, open, close, _when) => {
  const session = calendarOf(id).session(date)!;
  expect(session.open.toISOString()).toBe(`${date}T${open}:00.000Z`);
  expect(session.close.toISOString()).toBe(`${date}T${close}:00.000Z`);
});

test('New York has extended trading from four in the morning to eight in the evening, to five on half days', () => {
  const full = calendarOf('XNYS').session('2024-07-02')!;
  const half = calendarOf('XNYS').session('2024-07-03')!;
  expect([full.preOpen, full.postClose]).toEqual([new Date('2024-07-02T08:00Z'), new Date('2024-07-03T00:00Z')]);
  expect([half.preOpen, half.postClose]).toEqual([new Date('2024-07-03T08:00Z'), new Date('2024-07-03T21:00Z')]);
});

test('Tokyo breaks for lunch from half past eleven to half past twelve', () => {
  const session = calendarOf('XTKS').session('2024-06-03')!;
  expect([session.breakStart, session.breakEnd]).toEqual([
    new Date('2024-06-03T02:30Z'),
    new Date('2024-06-03T03:30Z'),
  ]);
});

test('the official London price is made five minutes after the close, in the auction', () => {
  expect(calendarOf('XLON').session('2024-06-03')!.finalAt).toEqual(new Date('2024-06-03T15:35Z'));
});

test('Nasdaq keeps the days of New York', () => {
  const [from, to] = ['1990-01-01', '2030-12-31'];
  expect(calendarOf('XNAS').sessions(from, to)).toEqual(calendarOf('XNYS').sessions(from, to));
});

function weekdaysOf(year: number): string[] {
  const dates: string[] = [];
  for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += 86_400_000) {
    const date = new Date(at);
    if (date.getUTCDay() !== 0 && date.getUTCDay() !== 6) dates.push(date.toISOString().slice(0, 10));
  }
  return dates;
}

function short(dates: string[]): string {
  return dates.map((date) => date.slice(5)).join(' ');
}
