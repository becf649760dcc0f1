import fc from 'fast-check';
import { calendarOf } from './calendar.ts';
import { CALENDAR_IDS } from './catalogue.ts';
import {
  ageS,
  freshnessOf,
  freshnessOfAge,
  holdsClose,
  maxAgeS,
  nextRefreshAt,
  reasonNotToAsk,
  ttlS,
} from './freshness.ts';
import type { FreshKind, QuoteTimes, QuoteContext, Situation } from './freshness.ts';

const quote: Situation = { kind: 'quote', state: 'open', closeHeld: false };

describe('how old a price may be', () => {
  test.each<[string, Partial<Situation>, number | null]>([
    ['in an open session', {}, 60],
    ['in an open session, highly volatile', { highVolatility: true }, 30],
    ['in an open session, earnings today', { earningsToday: true }, 60],
    ['in an open session, highly volatile with earnings today', { highVolatility: true, earningsToday: true }, 30],
    ['before the open', { state: 'pre' }, 900],
    ['after the close', { state: 'post' }, 900],
    ['after the close, highly volatile', { state: 'post', highVolatility: true }, 900],
    ['after the close, earnings today', { state: 'post', earningsToday: true }, 60],
    ['at night', { state: 'closed' }, 900],
    ['at night, earnings today', { state: 'closed', earningsToday: true }, 900],
    ['at night, the close held', { state: 'closed', closeHeld: true }, null],
    ['at night, the close held, earnings today', { state: 'closed', closeHeld: true, earningsToday: true }, null],
    ['after the close, the close held', { state: 'post', closeHeld: true }, null],
    [
      'after the close, the close held, highly volatile',
      { state: 'post', closeHeld: true, highVolatility: true },
      null,
    ],
    ['after the close, the close held, earnings today', { state: 'post', closeHeld: true, earningsToday: true }, 60],
    ['before the open, the close held, earnings today', { state: 'pre', closeHeld: true, earningsToday: true }, 60],
  ])('%s', (_, situation, seconds) => {
    expect(maxAgeS({ ...quote, ...situation })).toBe(seconds);
  });

  test.each<[FreshKind, number]>([
    ['intraday', 900],
    ['metrics', 3600],
    ['annual_returns', 86_400],
    ['bars', 300],
    ['other', 300],
  ])('%s, whatever the market does', (kind, seconds) => {
    for (const state of ['open', 'closed'] as const) expect(maxAgeS({ kind, state, closeHeld: true })).toBe(seconds);
    expect(ttlS(kind)).toBe(seconds);
  });

  test('a cache keeps a quote as long as it may be old, and a held close for 15 minutes', () => {
    expect(ttlS('quote')).toBe(60);
    expect(ttlS('quote', { state: 'open', closeHeld: false, highVolatility: true })).toBe(30);
    expect(ttlS('quote', { state: 'closed', closeHeld: true })).toBe(900);
  });
});

/** A quote of New York time on Friday 2024-07-05 (UTC-4) unless said otherwise; seconds may be left out. */
function held(quoteTime: string, fetchedAt = quoteTime, delayS = 0): QuoteTimes {
  return { quoteTime: newYork(quoteTime), fetchedAt: newYork(fetchedAt), delayS };
}

function newYork(time: string): Date {
  return new Date(time.includes('T') ? time : `2024-07-05T${time}-04:00`);
}

function context(id: string, now: string, more: Partial<QuoteContext> = {}): QuoteContext {
  return { calendar: calendarOf(id), now: newYork(now), ...more };
}

const FRIDAY = '2024-07-05';
/** What a provider says that has prices of the sessions' ends alone. */
const DAY_S = 86_400;
const SUNDAY = '2024-07-07T12:00Z';

describe('the close is held', () => {
  test.each<[string, QuoteTimes, boolean]>([
    ['when the price was made at the close', held('16:00', '16:00:05'), true],
    ['when the price was made after it', held('16:00:02', '16:04'), true],
    ['not when it was fetched before the close', held('15:59:40', '15:59:50'), false],
    ['not when the closing print may still come', held('15:59:58', '16:00:02'), false],
    ['when no later print came for five minutes', held('15:58', '16:05'), true],
    ['not when the provider shows what was 15 minutes ago', held('15:50', '16:05', 900), false],
    ['when a late provider has reached the close', held('15:58', '16:20', 900), true],
    ['not yet when the symbol had no trade that day', held('2024-07-03T16:00Z', '16:10'), false],
    ['when the symbol had no trade that day and an hour has passed', held('2024-07-03T16:00Z', '17:00'), true],
  ])('%s', (_, quoteHeld, expected) => {
    expect(holdsClose(quoteHeld, calendarOf('XNYS').sessionAt(new Date(SUNDAY)))).toBe(expected);
  });

  test('never while the market is open', () => {
    expect(holdsClose(held('2024-07-03T17:00Z'), calendarOf('XNYS').sessionAt(newYork('09:30')))).toBe(false);
  });

  test('in London only once the auction after the close has made the price', () => {
    const london = calendarOf('XLON').sessionAt(new Date('2024-07-05T18:00Z'));
    expect(holdsClose(held('2024-07-05T15:30:10Z', '2024-07-05T15:31:00Z'), london)).toBe(false);
    expect(holdsClose(held('2024-07-05T15:35:12Z', '2024-07-05T15:36:00Z'), london)).toBe(true);
  });

  test('on a half day after its early close', () => {
    const evening = calendarOf('XNYS').sessionAt(new Date('2024-07-03T20:30Z'));
    expect(holdsClose(held('2024-07-03T17:00Z'), evening)).toBe(true);
    expect(holdsClose(held('2024-07-03T16:59Z'), evening)).toBe(false);
  });
});

describe('whether to ask again', () => {
  test.each<[string, string, QuoteTimes | null, string, Partial<QuoteContext>, 'fresh' | 'market_closed' | null]>([
    ['nothing is held', 'XNYS', null, SUNDAY, {}, null],
    ['59 s old in the session', 'XNYS', held('10:00'), '10:00:59', {}, 'fresh'],
    ['60 s old in the session', 'XNYS', held('10:00'), '10:01', {}, null],
    ['30 s old and highly volatile', 'XNYS', held('10:00'), '10:00:30', { highVolatility: true }, null],
    ['an illiquid symbol just fetched', 'XNYS', held('2024-07-02T15:00Z', '10:00'), '10:00:30', {}, 'fresh'],
    ['just fetched from a provider 15 minutes late', 'XNYS', held('09:45', '10:00', 900), '10:00:30', {}, 'fresh'],
    ['fetched just before the close, just after it', 'XNYS', held('15:59:50'), '16:05', {}, 'fresh'],
    ['fetched just before the close, 15 minutes later', 'XNYS', held('15:59:50'), '16:14:50', {}, null],
    ['the close, in the evening', 'XNYS', held('16:00', '16:01'), '19:00', {}, 'market_closed'],
    ['the close, on Sunday', 'XNYS', held('16:00', '16:01'), SUNDAY, {}, 'market_closed'],
    ['the close, before Monday opens', 'XNYS', held('16:00', '16:01'), '2024-07-08T13:29Z', {}, 'market_closed'],
    ['the close, when Monday has opened', 'XNYS', held('16:00', '16:01'), '2024-07-08T13:30Z', {}, null],
    [
      'the close before a holiday, on the holiday',
      'XNYS',
      held('2024-07-03T17:00Z'),
      '2024-07-04T15:00Z',
      {},
      'market_closed',
    ],
    ['a price of noon, on Sunday', 'XNYS', held('12:00'), SUNDAY, {}, null],
    [
      'the close, 59 s ago, after a report',
      'XNYS',
      held('16:00', '17:00'),
      '17:00:59',
      { earningsOn: FRIDAY },
      'fresh',
    ],
    ['the close, a minute ago, after a report', 'XNYS', held('16:00', '17:00'), '17:01', { earningsOn: FRIDAY }, null],
    [
      'the close, late in the evening after a report',
      'XNYS',
      held('16:00', '20:01'),
      '20:05',
      { earningsOn: FRIDAY },
      'market_closed',
    ],
    [
      'the close, in the evening of the day before a report',
      'XNYS',
      held('16:00', '16:06'),
      '17:00',
      { earningsOn: '2024-07-08' },
      'market_closed',
    ],
    [
      "the close of before, on the report's day ahead of the open",
      'XNYS',
      held('2024-07-03T17:00Z'),
      '08:00',
      { earningsOn: FRIDAY },
      null,
    ],
    [
      'the close, in London, which has no extended trading',
      'XLON',
      held('2024-07-05T15:35:12Z', '2024-07-05T15:36Z'),
      '2024-07-05T17:00Z',
      { earningsOn: FRIDAY },
      'market_closed',
    ],
    ['crypto a minute old on Christmas', '24/7', held('2024-12-25T03:00Z'), '2024-12-25T03:01Z', {}, null],
    [
      'currencies on Saturday, fetched on Saturday',
      '24/5',
      held('2024-07-05T20:59Z', '2024-07-06T00:05Z'),
      '2024-07-06T15:00Z',
      {},
      'market_closed',
    ],
    ['currencies on Saturday, fetched on Friday', '24/5', held('2024-07-05T20:59Z'), '2024-07-06T15:00Z', {}, null],
    ['currencies on Monday', '24/5', held('2024-07-05T20:59Z', '2024-07-06T00:05Z'), '2024-07-08T00:00Z', {}, null],
    [
      "Tokyo over lunch, the morning's last price held",
      'XTKS',
      held('2024-06-03T02:30Z'),
      '2024-06-03T03:10Z',
      {},
      'market_closed',
    ],
    ['Tokyo after lunch', 'XTKS', held('2024-06-03T02:30Z'), '2024-06-03T03:30Z', {}, null],
    [
      'the close of before from a provider a day late, asked two hours after the close, an hour later',
      'XNYS',
      held('2024-07-03T17:00Z', '18:00', DAY_S),
      '19:00',
      {},
      'fresh',
    ],
    ['the same after two hours', 'XNYS', held('2024-07-03T17:00Z', '18:00', DAY_S), '20:00', {}, null],
    ['the same in the open session', 'XNYS', held('2024-07-02T20:00Z', '10:00', DAY_S), '10:01', {}, null],
    [
      'a symbol without a trade that day, asked half an hour after the close, 15 minutes later',
      'XNYS',
      held('2024-07-03T17:00Z', '16:30'),
      '16:45',
      {},
      null,
    ],
  ])('%s', (_, id, quoteHeld, now, more, reason) => {
    expect(reasonNotToAsk(quoteHeld, context(id, now, more))).toBe(reason);
  });

  test('a caller may want it younger or older than that, and 0 always asks', () => {
    expect(reasonNotToAsk(held('10:00'), context('XNYS', '10:00:20'), 15)).toBeNull();
    expect(reasonNotToAsk(held('10:00'), context('XNYS', '10:04'), 300)).toBe('fresh');
    expect(reasonNotToAsk(held('16:00', '16:01'), context('XNYS', SUNDAY), 300)).toBe('market_closed');
    expect(reasonNotToAsk(held('16:00', '16:01'), context('XNYS', SUNDAY), 0)).toBeNull();
  });
});

describe('when it is next worth asking', () => {
  test.each<[string, string, QuoteTimes | null, string, string, Partial<QuoteContext>]>([
    ['a minute after the last time in the session', 'XNYS', held('10:00'), '10:00:10', '10:01', {}],
    ['half a minute when highly volatile', 'XNYS', held('10:00'), '10:00:10', '10:00:30', { highVolatility: true }],
    ['now when it is overdue', 'XNYS', held('10:00'), '11:00', '11:00', {}],
    ['now when nothing is held', 'XNYS', null, SUNDAY, SUNDAY, {}],
    ['at the next open when the close is held', 'XNYS', held('16:00', '16:01'), SUNDAY, '2024-07-08T13:30Z', {}],
    ['at the next open over a holiday', 'XNYS', held('2024-07-03T17:00Z'), '2024-07-04T15:00Z', '09:30', {}],
    [
      'with the extended hours of the day on which the company reports',
      'XNYS',
      held('16:00', '16:01'),
      SUNDAY,
      '2024-07-08T08:00Z',
      { earningsOn: '2024-07-08' },
    ],
    [
      'at the next open once the evening of the report is over',
      'XNYS',
      held('16:00', '19:59:30'),
      '19:59:40',
      '2024-07-08T13:30Z',
      { earningsOn: FRIDAY },
    ],
    ['15 minutes after a fetch that just missed the close', 'XNYS', held('15:59:50'), '15:59:55', '16:14:50', {}],
    [
      '15 minutes after a provider a day late was asked before the close',
      'XNYS',
      held('2024-07-03T17:00Z', '15:59', DAY_S),
      '16:00',
      '16:14',
      {},
    ],
    [
      'as long again as it was out after the close, where a provider is a day late',
      'XNYS',
      held('2024-07-03T17:00Z', '20:00', DAY_S),
      '20:10',
      '2024-07-06T04:00Z',
      {},
    ],
    [
      'when the close must be out there, a day and an hour after it',
      'XNYS',
      held('2024-07-03T17:00Z', '2024-07-06T12:00Z', DAY_S),
      '2024-07-06T13:00Z',
      '2024-07-06T21:00Z',
      {},
    ],
    [
      'at the next open where it was out and there was no other',
      'XNYS',
      held('2024-07-03T17:00Z', '2024-07-06T21:00Z', DAY_S),
      '2024-07-06T21:10Z',
      '2024-07-08T13:30Z',
      {},
    ],
    ['after lunch in Tokyo', 'XTKS', held('2024-06-03T02:30Z'), '2024-06-03T03:00Z', '2024-06-03T03:30Z', {}],
    ['on Monday for currencies', '24/5', held('2024-07-06T00:00Z'), '2024-07-06T12:00Z', '2024-07-08T00:00Z', {}],
    [
      'over midnight for crypto',
      '24/7',
      held('2024-07-05T23:59:30Z'),
      '2024-07-05T23:59:40Z',
      '2024-07-06T00:00:30Z',
      {},
    ],
  ])('%s', (_, id, quoteHeld, now, expected, more) => {
    expect(nextRefreshAt(quoteHeld, context(id, now, more))).toEqual(newYork(expected));
  });

  test('a provider a day late is asked a few times for the close that it has yet to publish, not every 15 minutes', () => {
    const calendar = calendarOf('XNYS');
    const asked: string[] = [];
    let now = newYork('16:20');
    while (now < new Date('2024-07-08T13:30Z')) {
      asked.push(now.toISOString().slice(5, 16));
      const quoteHeld = { quoteTime: new Date('2024-07-03T17:00Z'), fetchedAt: now, delayS: DAY_S };
      now = nextRefreshAt(quoteHeld, { calendar, now });
    }
    expect(asked).toEqual([
      ...['07-05T20:20', '07-05T20:40', '07-05T21:20', '07-05T22:40', '07-06T01:20', '07-06T06:40', '07-06T17:20'],
      '07-06T21:00',
    ]);
  });

  test('it is stale from that moment on and not before, at any exchange and time', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CALENDAR_IDS),
        fc.date({ min: new Date('2023-01-05'), max: new Date('2024-12-20'), noInvalidDate: true }),
        fc.nat(5 * 86_400),
        fc.nat(7200),
        fc.constantFrom(0, 900, DAY_S),
        fc.boolean(),
        fc.option(fc.nat(3)),
        (id, now, fetchedAgoS, tradedAgoS, delayS, highVolatility, reportsIn) => {
          const fetchedAt = new Date(now.getTime() - fetchedAgoS * 1000);
          const quoteHeld = { fetchedAt, quoteTime: new Date(fetchedAt.getTime() - tradedAgoS * 1000), delayS };
          const calendar = calendarOf(id);
          const earningsOn =
            reportsIn === null ? null : calendar.dateAt(new Date(now.getTime() + reportsIn * 86_400_000));
          const more = { highVolatility, earningsOn };
          const due = nextRefreshAt(quoteHeld, { calendar, now, ...more });
          expect(due >= now).toBe(true);
          expect(reasonNotToAsk(quoteHeld, { calendar, now: due, ...more })).toBeNull();
          if (due > now) {
            const before = new Date(due.getTime() - 1);
            expect(reasonNotToAsk(quoteHeld, { calendar, now: before, ...more })).not.toBeNull();
          }
        },
      ),
      { numRuns: 1000, seed: 7 },
    );
  });
});

describe('what people are told', () => {
  test.each([
    [0, 'live'],
    [59.999, 'live'],
    [60, 'fresh'],
    [299.999, 'fresh'],
    [300, 'stale'],
    [899.999, 'stale'],
    [900, 'outdated'],
  ] as const)('an age of %s s is %s', (seconds, word) => {
    expect(freshnessOfAge(seconds)).toBe(word);
  });

  test.each<[string, string, QuoteTimes, string, string]>([
    ['an illiquid symbol just fetched is live', 'XNYS', held('2024-07-02T15:00Z', '10:00'), '10:00:30', 'live'],
    ['a price two minutes old is fresh', 'XNYS', held('10:00'), '10:02', 'fresh'],
    ['a price ten minutes old is stale', 'XNYS', held('10:00'), '10:10', 'stale'],
    [
      'a price of yesterday is outdated once the market is open',
      'XNYS',
      held('2024-07-03T17:00Z'),
      '09:31',
      'outdated',
    ],
    ['a provider 5 minutes late is stale from the start', 'XNYS', held('09:55', '10:00', 300), '10:00', 'stale'],
    ['a final close is fresh in the evening', 'XNYS', held('16:00', '16:01'), '19:59', 'fresh'],
    ['a final close is fresh on a Sunday', 'XNYS', held('16:00', '16:01'), SUNDAY, 'fresh'],
    ['a final close is fresh on a Sunday, even when just fetched', 'XNYS', held('16:00', SUNDAY), SUNDAY, 'fresh'],
    ['so is one that is just fetched after the close', 'XNYS', held('16:00', '18:00'), '18:00:30', 'fresh'],
    ['so is one whose print came two seconds late', 'XNYS', held('16:00:02', '18:00'), '18:00:30', 'fresh'],
    ['so is one that is just fetched before the open', 'XNYS', held('2024-07-03T17:00Z', '09:00'), '09:00:30', 'fresh'],
    ['a trade of the evening that is just fetched is live', 'XNYS', held('17:59', '18:00'), '18:00:30', 'live'],
    ['a trade of the early morning that is just fetched is live', 'XNYS', held('08:59', '09:00'), '09:00:30', 'live'],
    ['a close stamped two seconds early is fresh on a Sunday', 'XNYS', held('15:59:58', '16:00:05'), SUNDAY, 'fresh'],
    ['so is one stamped a minute early', 'XNYS', held('15:59', '16:00:05'), SUNDAY, 'fresh'],
    ['but not one fetched before it', 'XNYS', held('15:59:40', '15:59:50'), SUNDAY, 'outdated'],
    ['one stamped earlier than that is no close yet', 'XNYS', held('15:58:59', '16:00:05'), SUNDAY, 'outdated'],
    ['a close is fresh before the market opens', 'XNYS', held('2024-07-03T17:00Z'), '09:29', 'fresh'],
    ['a price of just before the close is outdated on a Sunday', 'XNYS', held('15:50'), SUNDAY, 'outdated'],
    ['a price of the day before the last session is outdated', 'XNYS', held('2024-07-03T17:00Z'), SUNDAY, 'outdated'],
    [
      'the close of before is outdated in the evening, however late its provider',
      'XNYS',
      held('2024-07-09T20:00Z', '2024-07-10T23:00Z', DAY_S),
      '2024-07-10T23:01Z',
      'outdated',
    ],
    [
      "Thursday's close is outdated on a Sunday, however late its provider",
      'XNYS',
      held('2024-07-11T20:00Z', '2024-07-12T22:00Z', DAY_S),
      '2024-07-14T12:00Z',
      'outdated',
    ],
    ['the close itself is fresh from such a provider too', 'XNYS', held('16:00', '19:00', DAY_S), '19:01', 'fresh'],
    [
      "20 minutes before the close passes for it where the provider's prices are 20 minutes late",
      'XNYS',
      held('15:40', '16:00:10', 1200),
      '16:01',
      'fresh',
    ],
    ['an early close is fresh on the holiday', 'XNYS', held('2024-07-03T17:00Z'), '2024-07-04T15:00Z', 'fresh'],
    ['crypto of an hour ago is outdated on a Sunday', '24/7', held('2024-07-07T11:00Z'), SUNDAY, 'outdated'],
    [
      'currencies of Friday night are fresh on a Sunday',
      '24/5',
      held('2024-07-05T23:59:30Z', '2024-07-06T00:00:10Z'),
      SUNDAY,
      'fresh',
    ],
    [
      "the morning's last price is fresh over lunch in Tokyo",
      'XTKS',
      held('2024-06-03T02:30Z'),
      '2024-06-03T03:10Z',
      'fresh',
    ],
  ])('%s', (_, id, quoteHeld, now, word) => {
    expect(freshnessOf(quoteHeld, calendarOf(id), newYork(now))).toBe(word);
  });

  test('the age is the time since fetching plus the delay, and never negative', () => {
    expect(ageS(newYork('10:00'), 0, newYork('10:00:30'))).toBe(30);
    expect(ageS(newYork('10:00'), 900, newYork('10:00:30'))).toBe(930);
    expect(ageS(newYork('10:00:01'), 0, newYork('10:00'))).toBe(0);
  });
});
