import { calendarOf } from './calendar.ts';
import { CALENDAR_IDS } from './catalogue.ts';
import type { MarketMoment } from './moment.ts';

const at = (id: string, time: string): MarketMoment => calendarOf(id).sessionAt(new Date(time));
const iso = (time: Date | null) => time?.toISOString().slice(0, 16) ?? null;

describe('New York', () => {
  test.each([
    // Tuesday 2024-07-02, New York is UTC-4.
    ['2024-07-02T07:59:59.999Z', 'closed', null, 'before four in the morning'],
    ['2024-07-02T08:00Z', 'pre', '2024-07-02', 'at four'],
    ['2024-07-02T13:29:59.999Z', 'pre', '2024-07-02', 'just before the open'],
    ['2024-07-02T13:30Z', 'open', '2024-07-02', 'at the open'],
    ['2024-07-02T19:59:59.999Z', 'open', '2024-07-02', 'just before the close'],
    ['2024-07-02T20:00Z', 'post', '2024-07-02', 'at the close'],
    ['2024-07-03T00:00Z', 'closed', null, 'at eight in the evening'],
    ['2024-07-03T16:59Z', 'open', '2024-07-03', 'on the last minute of a half day'],
    ['2024-07-03T17:00Z', 'post', '2024-07-03', 'at the close of a half day'],
    ['2024-07-03T21:00Z', 'closed', null, 'at five in the evening of a half day'],
    ['2024-07-04T15:00Z', 'closed', null, 'on a holiday'],
    ['2024-07-06T15:00Z', 'closed', null, 'on a Saturday'],
    ['2024-01-01T00:30Z', 'closed', null, 'in the night of the new year'],
    ['2019-01-01T00:30Z', 'post', '2018-12-31', 'after the last session of a year, in the next year of UTC'],
  ])('at %s is %s, in the session %s: %s', (time, state, session, _when) => {
    const moment = at('XNYS', time);
    expect(moment.state).toBe(state);
    expect(moment.session?.date ?? null).toBe(session);
  });

  test('says on a Sunday when it closed and when it opens and closes next', () => {
    const moment = at('XNYS', '2024-07-07T12:00Z');
    expect(iso(moment.previousClose)).toBe('2024-07-05T20:00');
    expect(iso(moment.quietSince)).toBe('2024-07-05T20:00');
    expect(iso(moment.nextOpen)).toBe('2024-07-08T13:30');
    expect(iso(moment.nextClose)).toBe('2024-07-08T20:00');
    expect(iso(moment.until)).toBe('2024-07-08T08:00');
    expect([moment.opensAt, moment.closesAt]).toEqual([null, null]);
    expect(moment.previousSession.date).toBe('2024-07-05');
    expect(moment.latestSession.date).toBe('2024-07-05');
    expect(moment.nextSession.date).toBe('2024-07-08');
  });

  test('says while it is open when this session ends and when the next begins', () => {
    const moment = at('XNYS', '2024-07-03T15:00Z');
    expect(iso(moment.opensAt)).toBe('2024-07-03T13:30');
    expect(iso(moment.closesAt)).toBe('2024-07-03T17:00');
    expect(iso(moment.nextClose)).toBe('2024-07-03T17:00');
    expect(iso(moment.nextOpen)).toBe('2024-07-05T13:30');
    expect(iso(moment.previousClose)).toBe('2024-07-02T20:00');
    expect(moment.quietSince).toBeNull();
    expect(moment.latestSession.date).toBe('2024-07-03');
  });
});

test('Tokyo is closed over lunch, within its session, and goes on after it', () => {
  const moment = at('XTKS', '2024-06-03T03:00Z');
  expect([moment.state, moment.onBreak, moment.session?.date]).toEqual(['closed', true, '2024-06-03']);
  expect(iso(moment.quietSince)).toBe('2024-06-03T02:30');
  expect(iso(moment.nextOpen)).toBe('2024-06-03T03:30');
  expect(iso(moment.until)).toBe('2024-06-03T03:30');
  expect(iso(moment.nextClose)).toBe('2024-06-03T06:00');
  expect(iso(moment.previousClose)).toBe('2024-05-31T06:00');
  expect(at('XTKS', '2024-06-03T03:30Z').state).toBe('open');
});

test('crypto is open at every moment, the midnights included', () => {
  for (const time of ['2024-01-01T00:00Z', '2023-12-31T23:59:59.999Z', '2024-07-06T12:00Z', '2024-12-25T00:00Z']) {
    expect(at('24/7', time).state).toBe('open');
  }
  expect(at('24/7', '2024-01-01T00:00Z').session?.date).toBe('2024-01-01');
  expect(iso(at('24/7', '2024-01-01T00:00Z').previousClose)).toBe('2024-01-01T00:00');
});

test('currencies are closed from Saturday to Monday, midnight to midnight', () => {
  expect(at('24/5', '2024-07-05T23:59:59.999Z').state).toBe('open');
  expect(at('24/5', '2024-07-06T00:00Z').state).toBe('closed');
  expect(at('24/5', '2024-07-07T23:59:59.999Z').state).toBe('closed');
  expect(at('24/5', '2024-07-08T00:00Z').state).toBe('open');
});

test('a moment outside of the known years is refused by name', () => {
  expect(() => at('XNYS', '1989-12-31T12:00Z')).toThrow('1990 to 2099, not 1989');
  expect(() => calendarOf('XNYS').nextSession('2100-01-01')).toThrow(RangeError);
  expect(calendarOf('XNYS').session('1989-06-01')).toBeNull();
  expect(
    calendarOf('XNYS')
      .sessions('1980-01-01', '1990-01-03')
      .map(({ date }) => date),
  ).toEqual(['1990-01-02', '1990-01-03']);
});

test('an unknown exchange is refused with the list of those that are known', () => {
  expect(() => calendarOf('XXXX')).toThrow(`unknown exchange XXXX; known are ${CALENDAR_IDS.join(', ')}`);
  expect(() => calendarOf('constructor')).toThrow('unknown exchange');
});

test('a text that is no date is refused', () => {
  for (const text of ['2024-02-30', '2024-1-1', 'today', '']) {
    expect(() => calendarOf('XNYS').session(text)).toThrow(RangeError);
  }
});

test('the date at the exchange is its own, not that of UTC', () => {
  const calendar = (id: string) => calendarOf(id).dateAt(new Date('2024-07-03T02:00Z'));
  expect([calendar('XNYS'), calendar('XLON')]).toEqual(['2024-07-02', '2024-07-03']);
  expect(calendarOf('XTKS').dateAt(new Date('2024-07-02T15:00Z'))).toBe('2024-07-03');
});
