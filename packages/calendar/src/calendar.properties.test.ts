import fc from 'fast-check';
import { calendarOf } from './calendar.ts';
import { CALENDAR_IDS } from './catalogue.ts';
import { dateOf, day } from './days.ts';

const RUNS = { numRuns: 150, seed: 20_240_703 };
const id = fc.constantFrom(...CALENDAR_IDS);
const anyDay = fc.integer({ min: day(1990, 1, 8), max: day(2030, 12, 20) });
const anyMoment = fc.date({ min: new Date('1990-01-08'), max: new Date('2030-12-20'), noInvalidDate: true });

test('sessions follow each other strictly, each opening before it closes, none before the last has closed', () => {
  for (const calendar of CALENDAR_IDS.map(calendarOf)) {
    const sessions = calendar.sessions('1990-01-01', '2030-12-31');
    const wrong = sessions.filter((session, index) => {
      const before = sessions[index - 1];
      const inOrder = [
        session.preOpen,
        session.open,
        session.breakStart,
        session.breakEnd,
        session.close,
        session.finalAt,
      ]
        .filter((time) => time !== null)
        .every((time, place, times) => place === 0 || times[place - 1]! <= time);
      const follows =
        !before ||
        (before.date < session.date && (before.postClose ?? before.close) <= (session.preOpen ?? session.open));
      return !inOrder || !follows || session.open >= session.close;
    });
    expect(wrong).toEqual([]);
  }
});

test('a session is the next one of its previous one, and the previous one of its next', () => {
  fc.assert(
    fc.property(id, anyDay, (exchange, on) => {
      const calendar = calendarOf(exchange);
      const session = calendar.nextSession(dateOf(on));
      expect(calendar.nextSession(calendar.previousSession(session.date).date)).toBe(session);
      expect(calendar.previousSession(calendar.nextSession(session.date).date)).toBe(session);
      expect(calendar.session(session.date)).toBe(session);
    }),
    RUNS,
  );
});

test('a range is the concatenation of its parts, and holds exactly the dates that are sessions', () => {
  fc.assert(
    fc.property(id, anyDay, fc.nat(400), fc.nat(400), (exchange, from, first, second) => {
      const calendar = calendarOf(exchange);
      const [start, middle, end] = [from, from + first, from + first + second].map(dateOf) as [string, string, string];
      const whole = calendar.sessions(start, end);
      expect(whole).toEqual([...calendar.sessions(start, middle), ...calendar.sessions(dateOf(from + first + 1), end)]);
      const dates = Array.from({ length: first + second + 1 }, (_, index) => dateOf(from + index));
      expect(whole.map(({ date }) => date)).toEqual(dates.filter((date) => calendar.isSession(date)));
    }),
    { ...RUNS, numRuns: 40 },
  );
});

test('what the exchange does at a moment agrees with its list of sessions', () => {
  fc.assert(
    fc.property(id, anyMoment, (exchange, now) => {
      const calendar = calendarOf(exchange);
      const moment = calendar.sessionAt(now);
      const near = calendar.sessions(
        dateOf(day(1970, 1, 1) + Math.floor(now.getTime() / 864e5) - 15),
        dateOf(Math.floor(now.getTime() / 864e5) + 15),
      );
      const running = near.find(({ open, close }) => open <= now && now < close);
      const lunch = !!running?.breakStart && running.breakStart <= now && now < running.breakEnd!;
      expect(moment.state === 'open').toBe(!!running && !lunch);
      expect(moment.onBreak).toBe(lunch);
      expect(moment.previousSession).toBe(near.findLast(({ close }) => close <= now));
      expect(moment.nextSession).toBe(near.find(({ open }) => open > now));
      expect(moment.latestSession).toBe(near.findLast(({ open }) => open <= now));
      const before = near.find(({ preOpen, open }) => preOpen !== null && preOpen <= now && now < open);
      const after = near.find(({ postClose, close }) => postClose !== null && close <= now && now < postClose);
      expect(moment.state === 'pre').toBe(!!before);
      expect(moment.state === 'post').toBe(!!after);
      expect(moment.session).toBe(running ?? before ?? after ?? null);
    }),
    { ...RUNS, numRuns: 1000 },
  );
});

test('a state holds from its first moment to its last and not a millisecond longer', () => {
  fc.assert(
    fc.property(id, anyMoment, (exchange, now) => {
      const calendar = calendarOf(exchange);
      const moment = calendar.sessionAt(now);
      expect(moment.since <= now && now < moment.until).toBe(true);
      const shift = (time: Date, byMs: number) => calendar.sessionAt(new Date(time.getTime() + byMs));
      expect(shift(moment.since, 0)).toEqual(moment);
      expect(shift(moment.until, -1)).toEqual(moment);
      expect(shift(moment.until, 0)).not.toEqual(moment);
      expect(shift(moment.since, -1)).not.toEqual(moment);
    }),
    RUNS,
  );
});

test('exchanges open at the same local time all year, across every change of the clocks', () => {
  for (const [exchange, zone, open] of [
    ['XNYS', 'America/New_York', '09:30'],
    ['XLON', 'Europe/London', '08:00'],
    ['XTKS', 'Asia/Tokyo', '09:00'],
  ] as const) {
    const local = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      dateStyle: 'short',
      timeStyle: 'short',
      hourCycle: 'h23',
    });
    const sessions = calendarOf(exchange).sessions('1990-01-01', '2030-12-31');
    expect(sessions.filter((session) => local.format(session.open) !== `${session.date}, ${open}`)).toEqual([]);
  }
});
