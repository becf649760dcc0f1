import fc from 'fast-check';
import { CALENDAR_IDS } from '../catalogue.ts';
import { DEFAULT_SCHEDULES, MISSED_TICKS, scheduleProblem } from './schedule.ts';
import type { ScheduleSpec } from './schedule.ts';
import { MOST_TICKS, nextTick, ticksDue } from './ticks.ts';

const NEW_YORK = 'America/New_York';
const cron = (pattern: string, zone = 'UTC'): ScheduleSpec => ({ kind: 'cron', pattern, zone });
const every = (seconds: number): ScheduleSpec => ({ kind: 'every', seconds });
const at = (time: string) => new Date(time);

/** All ticks after one moment and up to another, as UTC minutes. */
function ticks(spec: ScheduleSpec, from: string, to: string): string[] {
  return ticksDue(spec, at(from), at(to), 'run_all').map((tick) => tick.at.toISOString().slice(0, 16));
}

describe('clocks that change', () => {
  test('08:00 in New York fires once on the day that loses an hour and once on the day that gains one', () => {
    const { spec } = DEFAULT_SCHEDULES.daily;
    expect(ticks(spec, '2026-03-06T20:00Z', '2026-03-09T20:00Z')).toEqual([
      '2026-03-07T13:00',
      '2026-03-08T12:00',
      '2026-03-09T12:00',
    ]);
    expect(ticks(spec, '2026-10-30T20:00Z', '2026-11-02T20:00Z')).toEqual([
      '2026-10-31T12:00',
      '2026-11-01T13:00',
      '2026-11-02T13:00',
    ]);
  });

  test('02:30 on the day without a 02:30 fires once, when the clock has jumped to 03:00', () => {
    expect(ticks(cron('30 2 * * *', NEW_YORK), '2026-03-07T12:00Z', '2026-03-09T12:00Z')).toEqual([
      '2026-03-08T07:00',
      '2026-03-09T06:30',
    ]);
  });

  test('01:30 on the day with two of them fires at the first only', () => {
    expect(ticks(cron('30 1 * * *', NEW_YORK), '2026-10-31T12:00Z', '2026-11-02T12:00Z')).toEqual([
      '2026-11-01T05:30',
      '2026-11-02T06:30',
    ]);
  });

  test('a midnight that is skipped is not lost', () => {
    expect(ticks(cron('15 0 * * *', 'America/Sao_Paulo'), '2018-11-03T12:00Z', '2018-11-05T12:00Z')).toEqual([
      '2018-11-04T03:00',
      '2018-11-05T02:15',
    ]);
  });

  test('a pattern for every half hour goes on by real time through both changes', () => {
    const half = cron('*/30 * * * *', NEW_YORK);
    expect(ticks(half, '2026-11-01T04:59Z', '2026-11-01T07:00Z')).toHaveLength(5);
    expect(ticks(half, '2026-03-08T06:29Z', '2026-03-08T08:00Z')).toHaveLength(4);
  });

  test('however often a scheduler looks, and wherever it stopped before, it finds each tick once', () => {
    for (const [pattern, from] of [
      ['30 2 * * *', '2026-03-07T20:00Z'],
      ['30 1 * * *', '2026-10-31T20:00Z'],
    ] as const) {
      const spec = cron(pattern, NEW_YORK);
      let last = at(from);
      const found: Date[] = [];
      for (let now = last.getTime(); now < at(from).getTime() + 36 * 3_600_000; now += 420_000) {
        for (const tick of ticksDue(spec, last, new Date(now))) {
          found.push(tick.at);
          last = tick.at;
        }
      }
      expect(found).toHaveLength(2);
    }
  });
});

describe('ticks that nobody was there for', () => {
  const hourly = DEFAULT_SCHEDULES.hourly.spec;

  test('run once: the latest of them', () => {
    expect(ticksDue(hourly, at('2026-05-04T08:00Z'), at('2026-05-04T11:20Z'))).toEqual([
      { at: at('2026-05-04T11:00Z'), exchanges: [] },
    ]);
  });

  test('skip: none of them, only one that is on time', () => {
    expect(ticksDue(hourly, at('2026-05-04T08:00Z'), at('2026-05-04T11:20Z'), 'skip')).toEqual([]);
    expect(ticksDue(hourly, at('2026-05-04T08:00Z'), at('2026-05-04T11:00:30Z'), 'skip')).toHaveLength(1);
  });

  test('run all: each of them, in order', () => {
    expect(ticks(hourly, '2026-05-04T08:00Z', '2026-05-04T11:20Z')).toEqual([
      '2026-05-04T09:00',
      '2026-05-04T10:00',
      '2026-05-04T11:00',
    ]);
  });

  test('run all hands out a bounded number, oldest first, and the rest at the next call', () => {
    const first = ticksDue(every(1), at('2026-05-04T00:00Z'), at('2026-05-05T00:00Z'), 'run_all');
    expect(first).toHaveLength(MOST_TICKS);
    const second = ticksDue(every(1), first.at(-1)!.at, at('2026-05-05T00:00Z'), 'run_all');
    expect(second[0]!.at.getTime() - first.at(-1)!.at.getTime()).toBe(1000);
  });

  test('a schedule that never ran starts with a tick that is on time, not with its past', () => {
    for (const missed of MISSED_TICKS) {
      expect(ticksDue(hourly, null, at('2026-05-04T11:20Z'), missed)).toEqual([]);
      expect(ticksDue(hourly, null, at('2026-05-04T11:00:10Z'), missed)).toHaveLength(1);
    }
  });

  test('a tick that is recorded is not due again, also when the clock was set back', () => {
    expect(ticksDue(hourly, at('2026-05-04T11:00Z'), at('2026-05-04T11:00:10Z'))).toEqual([]);
    expect(ticksDue(hourly, at('2026-05-04T11:00Z'), at('2026-05-04T10:30Z'), 'run_all')).toEqual([]);
  });
});

test.each([DEFAULT_SCHEDULES.hourly.spec, DEFAULT_SCHEDULES.live.spec, DEFAULT_SCHEDULES.close.spec])(
  'a tick is due at its very moment and not a millisecond before: %j',
  (spec) => {
    const tick = nextTick(spec, at('2026-05-04T19:59:59.999Z'))!;
    const before = new Date(tick.at.getTime() - 1);
    expect(ticksDue(spec, before, tick.at)).toEqual([tick]);
    expect(ticksDue(spec, new Date(before.getTime() - 1), before)).toEqual([]);
  },
);

test('intervals count from 1970, so that all schedulers mean the same ticks', () => {
  expect(nextTick(every(30), at('2026-05-04T11:00:10.250Z'))?.at).toEqual(at('2026-05-04T11:00:30Z'));
  expect(nextTick(every(30), at('2026-05-04T11:00:30Z'))?.at).toEqual(at('2026-05-04T11:01:00Z'));
});

describe('after the close', () => {
  // The default's exchanges as they stand here: one that is added has closes of its own.
  const spec: ScheduleSpec = {
    kind: 'after_close',
    minutes: DEFAULT_SCHEDULES.close.spec.minutes,
    exchanges: ['XNYS', 'XNAS', 'XLON', 'XTKS', '24/7', '24/5'],
  };
  const due = (from: string, to: string) =>
    ticksDue(spec, at(from), at(to), 'run_all').map((tick) => [tick.at.toISOString().slice(0, 16), ...tick.exchanges]);

  test('fires 20 minutes after each exchange, crypto at midnight, currencies at the end of the week', () => {
    expect(due('2024-11-29T01:00Z', '2024-12-02T12:00Z')).toEqual([
      ['2024-11-29T06:50', 'XTKS'],
      ['2024-11-29T16:50', 'XLON'],
      ['2024-11-29T18:20', 'XNYS', 'XNAS'],
      ['2024-11-30T00:20', '24/7', '24/5'],
      ['2024-12-01T00:20', '24/7'],
      ['2024-12-02T00:20', '24/7'],
      ['2024-12-02T06:50', 'XTKS'],
    ]);
  });

  test('a holiday has none', () => {
    expect(due('2024-07-04T12:00Z', '2024-07-04T23:00Z')).toEqual([['2024-07-04T15:50', 'XLON']]);
  });

  test('missed ones run once for each exchange', () => {
    const found = ticksDue(spec, at('2024-11-26T12:00Z'), at('2024-11-29T17:00Z'));
    expect(found.map((tick) => [tick.at.toISOString().slice(0, 16), ...tick.exchanges])).toEqual([
      ['2024-11-27T21:20', 'XNYS', 'XNAS'],
      ['2024-11-29T00:20', '24/7'],
      ['2024-11-29T06:50', 'XTKS'],
      ['2024-11-29T16:50', 'XLON'],
    ]);
  });

  test('of currencies, which close each midnight, only the week’s end counts', () => {
    const currencies: ScheduleSpec = { kind: 'after_close', minutes: 20, exchanges: ['24/5'] };
    const friday = at('2024-11-30T00:20Z');
    expect(nextTick(currencies, at('2024-11-26T12:00Z'))?.at).toEqual(friday);
    expect(ticksDue(currencies, at('2024-11-26T12:00Z'), at('2024-12-03T12:00Z'), 'run_all')).toHaveLength(1);
    expect(ticksDue(currencies, at('2024-11-26T12:00Z'), at('2024-12-03T12:00Z')).map((tick) => tick.at)).toEqual([
      friday,
    ]);
  });

  test('the next one is known over the weekend', () => {
    const nyse: ScheduleSpec = { kind: 'after_close', minutes: 20, exchanges: ['XNYS'] };
    expect(nextTick(nyse, at('2024-07-05T20:20Z'))?.at).toEqual(at('2024-07-08T20:20Z'));
    expect(nextTick(nyse, at('2024-07-05T20:19:59Z'))?.at).toEqual(at('2024-07-05T20:20Z'));
  });
});

test('at any time and schedule, the next tick is the first that becomes due, and what is due once is among all', () => {
  const specs: ScheduleSpec[] = [
    ...Object.values(DEFAULT_SCHEDULES).map(({ spec }) => spec),
    cron('30 1,2,3 * * *', NEW_YORK),
    cron('0 9 * * MON-FRI', 'Europe/London'),
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...specs),
      fc.date({ min: at('2024-01-10'), max: at('2026-12-01'), noInvalidDate: true }),
      fc.integer({ min: 1, max: 72 * 3600 }),
      (spec, from, forS) => {
        const to = new Date(from.getTime() + forS * (spec.kind === 'every' ? 10 : 1000));
        const all = ticksDue(spec, from, to, 'run_all');
        const next = nextTick(spec, from)!;
        expect(next.at > from).toBe(true);
        if (next.at <= to) expect(all[0]).toEqual(next);
        else expect(all).toEqual([]);
        for (const tick of ticksDue(spec, from, to)) expect(all.map((each) => each.at)).toContainEqual(tick.at);
        if (spec.kind !== 'after_close') expect(ticksDue(spec, from, to)).toEqual(all.slice(-1));
      },
    ),
    { numRuns: 300, seed: 11 },
  );
});

test('a new installation has the schedules of the table', () => {
  const specs = Object.entries(DEFAULT_SCHEDULES).map(([name, { spec }]) => [name, spec]);
  expect(Object.fromEntries(specs)).toEqual({
    live: every(30),
    watchlist: every(5 * 60),
    portfolio: every(10 * 60),
    daily: cron('0 8 * * *', NEW_YORK),
    hourly: cron('0 * * * *'),
    cleanup: cron('0 2 * * *'),
    weekly: cron('0 2 * * 0'),
    close: { kind: 'after_close', minutes: 20, exchanges: CALENDAR_IDS },
  });
  for (const { missed } of Object.values(DEFAULT_SCHEDULES)) expect(missed).toBe('run_once');
});

test('a pattern that never fires has no next tick, and none is due', () => {
  const never = cron('0 0 30 2 *');
  expect(nextTick(never, at('2026-05-04'))).toBeNull();
  for (const missed of MISSED_TICKS) expect(ticksDue(never, at('2026-01-01'), at('2026-05-04'), missed)).toEqual([]);
});

describe('what a schedule may be', () => {
  test('all defaults are', () => {
    for (const { spec } of Object.values(DEFAULT_SCHEDULES)) expect(scheduleProblem(spec)).toBeNull();
  });

  test.each<[ScheduleSpec]>([
    [every(1)],
    [every(86_400)],
    [cron(' 0  8 * * 1-5 ')],
    [{ kind: 'after_close', minutes: 0, exchanges: ['XNYS'] }],
    [{ kind: 'after_close', minutes: 1440, exchanges: ['XNYS'] }],
  ])('%j is', (spec) => {
    expect(scheduleProblem(spec)).toBeNull();
  });

  test.each<[ScheduleSpec, string]>([
    [every(0), 'whole number of seconds'],
    [every(1.5), 'whole number of seconds'],
    [every(86_401), 'whole number of seconds'],
    [cron('0 8 * *'), 'five fields'],
    [cron('0 0 8 * * *'), 'five fields'],
    [cron('61 8 * * *'), '61'],
    [cron('0 0 30 2 *'), 'never fires'],
    [cron('0 8 * * *', 'Mars/Base'), 'unknown time zone Mars/Base'],
    [{ kind: 'after_close', minutes: -1, exchanges: ['XNYS'] }, 'minutes after the close'],
    [{ kind: 'after_close', minutes: 1441, exchanges: ['XNYS'] }, 'minutes after the close'],
    [{ kind: 'after_close', minutes: 2.5, exchanges: ['XNYS'] }, 'minutes after the close'],
    [{ kind: 'after_close', minutes: 20, exchanges: [] }, 'at least one exchange'],
    [{ kind: 'after_close', minutes: 20, exchanges: ['XNYS', 'XXXX' as 'XNYS'] }, 'unknown exchange XXXX'],
  ])('%j is refused: %s', (spec, why) => {
    expect(scheduleProblem(spec)).toContain(why);
  });

  test('a bad zone throws where it is used, so that a scheduler can set that one schedule aside', () => {
    expect(() => ticksDue(cron('0 8 * * *', 'Mars/Base'), at('2026-05-04'), at('2026-05-05'))).toThrow(RangeError);
  });
});
