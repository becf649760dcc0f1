import { decideItem, newAssetOf, type Wish } from './decide-item.ts';
import type { Known } from '../ports.ts';

/** A Friday, half past ten in New York. */
const open = new Date('2026-11-20T15:30:00Z');
/** The Sunday after it. */
const sunday = new Date('2026-11-22T15:30:00Z');
/** An hour and a half after that Friday's close, which is held. */
const evening = new Date('2026-11-20T22:30:00Z');
const closeHeld = { quoteTime: new Date('2026-11-20T21:00:00Z'), fetchedAt: new Date('2026-11-20T21:10:00Z') };
const minutesBefore = (at: Date, minutes: number) => new Date(at.getTime() - minutes * 60_000);

function known(
  quote: Partial<NonNullable<Known['quote']>> | null,
  asset: Partial<NonNullable<Known['asset']>> = {},
): Known {
  return {
    symbol: 'AAPL',
    asset: {
      class: 'equity',
      currency: 'USD',
      calendar: 'XNYS',
      status: 'active',
      probeAt: null,
      volatility: 0.3,
      earningsOn: null,
      ...asset,
    },
    quote: quote && { quoteTime: open, fetchedAt: open, delayS: 0, source: 'yahoo', ...quote },
    history: { askedFrom: null, lastFinal: null },
  };
}
const wish = (more: Partial<Wish> = {}): Wish => ({
  mode: 'smart',
  maxAgeS: null,
  acceptedAt: open,
  now: open,
  ...more,
});
const summary = (of: Known, more: Partial<Wish> = {}) =>
  decideItem(of, wish(more)).map((each) =>
    'want' in each ? `want ${each.want.data}` : `${each.settled.state} ${each.settled.reason}`,
  );
const fetched = (minutes: number, at = open) => ({
  fetchedAt: minutesBefore(at, minutes),
  quoteTime: minutesBefore(at, minutes),
});

test.each([
  ['nothing is stored', known(null), {}, ['want quote']],
  ['the price is two minutes old while the market is open', known(fetched(2)), {}, ['want quote']],
  ['the price is half a minute old', known(fetched(0.4)), {}, ['skipped fresh']],
  ['a volatile symbol is 40 s old', known(fetched(0.67), { volatility: 0.9 }), {}, ['want quote']],
  [
    'it is Sunday and the close is held',
    known({ quoteTime: new Date('2026-11-20T21:00:00Z'), fetchedAt: new Date('2026-11-20T22:00:00Z') }),
    { now: sunday, acceptedAt: sunday },
    ['skipped market_closed'],
  ],
  [
    'it is Sunday and force is asked for',
    known({ quoteTime: new Date('2026-11-20T21:00:00Z'), fetchedAt: new Date('2026-11-20T22:00:00Z') }),
    { now: sunday, acceptedAt: sunday, maxAgeS: 0 },
    ['want quote'],
  ],
  [
    'a report came after the close that is held',
    known(closeHeld, { earningsOn: '2026-11-20' }),
    { now: evening, acceptedAt: evening },
    ['want quote'],
  ],
  [
    'a report is due on another day',
    known(closeHeld, { earningsOn: '2026-11-23' }),
    { now: evening, acceptedAt: evening },
    ['skipped market_closed'],
  ],
  ['an hour is wanted and it is half an hour old', known(fetched(30)), { maxAgeS: 3_600 }, ['skipped fresh']],
  ['the mode is incremental', known(fetched(0.1)), { mode: 'incremental' as const }, ['want quote']],
  [
    'the mode is full and no history is held',
    known(fetched(5)),
    { mode: 'full' as const },
    ['want quote', 'want bars'],
  ],
  [
    'the symbol is parked',
    known(null, { status: 'parked', probeAt: new Date(open.getTime() + 1) }),
    { maxAgeS: 0 },
    ['skipped parked'],
  ],
  ['the parked symbol is due for its probe', known(null, { status: 'parked', probeAt: open }), {}, ['want quote']],
])('when %s', (_case, of, more, expected) => {
  expect(summary(of, more)).toEqual(expected);
});

test('what is skipped says when it would next do something', () => {
  const [decision] = decideItem(known(fetched(0.4)), wish());
  expect(decision).toMatchObject({ settled: { nextRefreshAt: new Date(open.getTime() + 36_000) } });
  // By the freshness that was asked for, where one was.
  const [wanted] = decideItem(known(fetched(30)), wish({ maxAgeS: 3_600 }));
  expect(wanted).toMatchObject({ settled: { nextRefreshAt: new Date(open.getTime() + 30 * 60_000) } });
});

test('what is skipped because its market is closed would do something when it opens, whatever freshness was asked for', () => {
  const [decision] = decideItem(known(closeHeld), wish({ now: sunday, acceptedAt: sunday, maxAgeS: 30 }));
  expect(decision).toMatchObject({
    settled: { reason: 'market_closed', nextRefreshAt: new Date('2026-11-23T14:30:00Z') },
  });
});

test('a symbol that nobody has seen yet is taken to be in what its pair is quoted in, else in dollars', () => {
  const currencies = ['AAPL', 'BTC-EUR', 'EURGBP=X'].map((symbol) => newAssetOf(symbol).currency);
  expect(currencies).toEqual(['USD', 'EUR', 'GBP']);
});

test.each([
  [
    'a schedule refreshes all and the price was just fetched',
    known(fetched(0.4)),
    { scheduled: true },
    ['skipped fresh'],
  ],
  ['a schedule refreshes all and the price is old', known(fetched(2)), { scheduled: true }, ['want quote']],
  ['a schedule asks for a certain freshness', known(fetched(0.4)), { scheduled: true, maxAgeS: 5 }, ['want quote']],
])('%s', (_name, of, more, expected) => {
  // History is another matter.
  expect(summary(of, { mode: 'full', ...more }).filter((each) => each !== 'want bars')).toEqual(expected);
});

test('fresh enough is what came shortly before the request, but never what was just found too old', () => {
  const freshAfter = (of: Known, more: Partial<Wish> = {}) => {
    const [decision] = decideItem(of, wish(more));
    return decision && 'want' in decision ? open.getTime() - decision.want.freshAfter.getTime() : null;
  };
  expect(freshAfter(known(null))).toBe(30_000);
  expect(freshAfter(known(null), { maxAgeS: 0 })).toBe(0);
  expect(freshAfter(known(fetched(0.4)), { maxAgeS: 20 })).toBe(20_000);
  // A volatile one, 40 s old when asked for ten seconds ago: the answer has to be newer than it.
  const later = new Date(open.getTime() + 10_000);
  expect(freshAfter(known(fetched(0.45), { volatility: 0.9 }), { now: later })).toBe(26_999);
  // What came after the request counts, however old it has grown since.
  expect(freshAfter(known({ fetchedAt: later, quoteTime: later }), { now: new Date(open.getTime() + 200_000) })).toBe(
    30_000,
  );
});

test('history that was asked for once is asked again only from its last final session on, with an overlap', () => {
  const held = { ...known(fetched(0)), history: { askedFrom: '2024-01-01', lastFinal: '2026-11-17' } };
  const bars = decideItem(held, wish({ mode: 'full' })).find((each) => 'want' in each && each.want.data === 'bars');
  expect(bars).toMatchObject({ want: { from: '2026-11-11', to: '2026-11-19' } });
  const complete = { ...held, history: { askedFrom: '2024-01-01', lastFinal: '2026-11-19' } };
  expect(summary(complete, { mode: 'full' })).toEqual(['want quote']);
});

test('while a price looks like a split, daily bars are wanted through the session that runs, whatever the mode', () => {
  const doubtful = { ...known({}), history: { askedFrom: '2024-11-01', lastFinal: '2026-11-19' } };
  const barsOf = (of: Known, more: Partial<Wish> = {}) =>
    decideItem(of, wish(more)).flatMap((each) =>
      'want' in each && each.want.data === 'bars' ? [`${each.want.from} ${each.want.to}`] : [],
    );
  expect(barsOf(doubtful)).toEqual([]);
  expect(barsOf({ ...doubtful, splitDoubt: { toldTo: null } })).toEqual(['2026-11-13 2026-11-20']);
  expect(barsOf({ ...doubtful, splitDoubt: { toldTo: '2026-11-20' } })).toEqual([]);
  const never = { ...known({}), splitDoubt: { toldTo: null } };
  expect(barsOf(never, { mode: 'full' })).toEqual(['2024-11-01 2026-11-20']);
});
