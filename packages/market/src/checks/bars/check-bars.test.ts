import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeGiven } from '@freshet/testing';
import type { Bar } from '../../bar.ts';
import { checkBars } from './check-bars.ts';

const ERRORS = new Set(['unit_slip', 'split_gap']);

function series(closes: number[], more: Record<number, Partial<Bar>> = {}): Bar[] {
  return closes.map((close, i) => ({
    symbol: 'X',
    session: new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10),
    open: null,
    high: null,
    low: null,
    close: String(close),
    volume: '1000',
    ...more[i],
  }));
}

const calm = [100, 101, 100.5, 99.8, 100.9, 101.4, 100.7, 101.9, 102.3, 101.7];
const errorsIn = (bars: Bar[]) =>
  checkBars(bars)
    .filter(({ check }) => ERRORS.has(check))
    .map(({ session, check }) => `${session.slice(8)} ${check}`);

describe('a series of daily bars', () => {
  test('that is right raises nothing', () => {
    expect(checkBars(series(calm))).toEqual([]);
  });

  test('is told of every session that is a hundred times too high', () => {
    const closes = calm.map((close, i) => (i === 3 || i === 4 ? close * 100 : close));
    expect(errorsIn(series(closes))).toEqual(['04 unit_slip', '05 unit_slip']);
    // In whichever order they come.
    const turned = series(closes).toReversed();
    expect(errorsIn(turned)).toEqual(['04 unit_slip', '05 unit_slip']);
    expect(errorsIn([...turned.slice(5), ...turned.slice(0, 5)])).toEqual(['04 unit_slip', '05 unit_slip']);
  });

  test.each<[string, Partial<Bar>]>([
    ['its high', { high: '9980' }],
    ['its low', { low: '0.998' }],
    ['its open and high', { open: '9980', high: '9980' }],
    ['its open and low', { open: '0.998', low: '0.998' }],
  ])('is told of a session of which only %s is off by a hundred', (_, prices) => {
    expect(errorsIn(series(calm, { 3: prices }))).toEqual(['04 unit_slip']);
    expect(checkBars(series(calm, { 3: prices })).map(({ verdict }) => verdict)).toEqual(['hold']);
  });

  test('is told of the sessions before a split that was left out', () => {
    const closes = calm.map((close, i) => (i < 4 ? close * 5 : close));
    expect(errorsIn(series(closes))).toEqual(['01 split_gap', '02 split_gap', '03 split_gap', '04 split_gap']);
  });

  test('is silent about a split that was declared, on either basis', () => {
    const traded = calm.map((close, i) => (i < 4 ? close * 5 : close));
    expect(checkBars(series(traded, { 4: { splitRatio: '5' } }))).toEqual([]);
    expect(checkBars(series(calm, { 4: { splitRatio: '5' } }))).toEqual([]);
    const actions = [{ session: '2024-01-05', splitRatio: '5' }];
    expect(checkBars(series(traded), { actions })).toEqual([]);
  });

  test('as traded, is told of a declared split that its prices don’t show, on the day of it alone', () => {
    const declared = { 4: { splitRatio: '5' } };
    expect(checkBars(series(calm, declared), { asTraded: true })).toMatchObject([
      { session: '2024-01-05', check: 'split_gap', verdict: 'hold', disbelieved: true },
    ]);
    const traded = calm.map((close, i) => (i < 4 ? close * 5 : close));
    expect(checkBars(series(traded, declared), { asTraded: true })).toEqual([]);
    const paid = traded.map((close, i) => (i < 4 ? close + 200 : close));
    const also = { 4: { splitRatio: '5', dividend: '40' } };
    expect(checkBars(series(paid, also), { asTraded: true })).toEqual([]);
    const second = checkBars(series(calm, { 1: { splitRatio: '5' } }), { asTraded: true });
    expect(second).toMatchObject([{ session: '2024-01-02', disbelieved: true }]);
    // Nothing lies before the first.
    expect(checkBars(series(calm, { 0: { splitRatio: '5' } }), { asTraded: true })).toEqual([]);
    // One that is smaller than what the market does in a day says nothing.
    expect(checkBars(series(calm, { 4: { splitRatio: '1.02' } }), { asTraded: true })).toEqual([]);
  });

  test('is silent about a fall that a dividend explains', () => {
    const paid = calm.map((close, i) => (i < 5 ? close + 110 : close));
    expect(errorsIn(series(paid))).not.toEqual([]);
    expect(checkBars(series(paid, { 5: { dividend: '110' } }))).toEqual([]);
  });

  test('a split on its last day is a slip until it has settled', () => {
    const closes = calm.map((close, i) => (i === 9 ? close / 2 : close));
    expect(errorsIn(series(closes))).toEqual(['10 split_gap']);
  });

  test('a jump that stays is noted; one that goes back is held', () => {
    const stays = calm.map((close, i) => (i < 5 ? close : close * 1.4));
    expect(checkBars(series(stays), { volatility: 0.16 })).toMatchObject([
      { session: '2024-01-06', check: 'jump', verdict: 'note' },
    ]);
    const goes = calm.map((close, i) => (i === 5 ? close * 1.4 : close));
    expect(checkBars(series(goes), { volatility: 0.16 })).toMatchObject([
      { session: '2024-01-06', check: 'jump', verdict: 'hold' },
      { session: '2024-01-07', check: 'jump', verdict: 'note' },
    ]);
  });

  test.each<[string, Partial<Bar>, string]>([
    ['a close of nothing', { close: '0' }, 'positive'],
    ['a close that is no number', { close: 'NaN' }, 'positive'],
    ['a low above its high', { high: '100', low: '105', open: '100' }, 'consistent'],
    ['a low of nothing', { low: '0' }, 'consistent'],
    ['a negative low', { low: '-1' }, 'consistent'],
    ['an open of nothing', { open: '0' }, 'consistent'],
    ['a high of nothing', { high: '0' }, 'consistent'],
    ['a high below its close', { high: '100.69' }, 'consistent'],
    ['a low above its close', { low: '101.11' }, 'consistent'],
    ['an open above its high', { open: '102', high: '101.5' }, 'consistent'],
    ['an open below its low', { open: '99', low: '99.5' }, 'consistent'],
    ['another currency', { currency: 'EUR' }, 'currency'],
  ])('%s is refused', (_, of, check) => {
    expect(checkBars(series(calm, { 4: of }), { currency: 'USD' })).toMatchObject([{ verdict: 'refuse', check }]);
  });

  test.each<[string, Partial<Bar>]>([
    ['a high and a close that were rounded apart', { high: '100.7' }],
    ['a low and a close that were rounded apart', { low: '101.1' }],
    ['a day that halved and doubled', { low: '50', high: '200' }],
    ['its own currency', { currency: 'USD' }],
    ['no currency', { currency: null }],
  ])('%s is nothing', (_, of) => {
    expect(checkBars(series(calm, { 4: of }), { currency: 'USD' })).toEqual([]);
  });

  test('that has two levels a hundred apart is right where most sessions were traded, then where most are, then at its end', () => {
    const upTo = (sessions: number, more: Record<number, Partial<Bar>> = {}) =>
      errorsIn(
        series(
          calm.map((close, i) => (i < sessions ? close * 100 : close)),
          more,
        ),
      ).map((one) => one.slice(0, 2));
    const untraded = Object.fromEntries([0, 1, 2].map((i) => [i, { volume: '0' }]));
    expect(upTo(6)).toEqual(['07', '08', '09', '10']);
    expect(upTo(6, untraded)).toEqual(['01', '02', '03', '04', '05', '06']);
    expect(upTo(5)).toEqual(['01', '02', '03', '04', '05']);
    const allUntraded = Object.fromEntries(calm.map((_, i) => [i, { volume: null }]));
    expect(upTo(6, allUntraded)).toEqual(['07', '08', '09', '10']);
  });

  test('that halved has been there for three sessions before the new level counts', () => {
    const halvedFrom = (session: number) =>
      errorsIn(series(calm.map((close, i) => (i >= session ? close / 2 : close)))).map((one) => one.slice(0, 2));
    expect(halvedFrom(8)).toEqual(['09', '10']);
    expect(halvedFrom(7)).toEqual(['01', '02', '03', '04', '05', '06', '07']);
  });

  test.each([
    [0.16, 110, 'hold'],
    [0.16, 111, 'note'],
    [0.95, 116, 'hold'],
    [0.95, 117, 'note'],
  ])('that moves by %d a year is back where it was when it closes at %d after 140', (volatility, close, verdict) => {
    const [first] = checkBars(series([100, 100, 100, 100, 140, close, close]), { volatility });
    expect(first).toMatchObject({ session: '2024-01-05', check: 'jump', verdict });
  });

  test('is judged by what it does itself once there are enough days of it, and before by its volatility', () => {
    const risen = (days: number) =>
      checkBars(series(Array.from({ length: days }, (_, i) => (i < days / 2 ? 100 : 120) + (i % 2) / 2)), {
        volatility: 0.95,
      }).map(({ check }) => check);
    expect(risen(20)).toEqual([]);
    expect(risen(40)).toEqual(['jump']);
  });

  test('says in words what is wrong, and by how much', () => {
    const said = (bars: Bar[], more = {}) => checkBars(bars, more).map(({ detail, factor }) => [detail, factor]);
    const other = (at: number, by: number) => series(calm.map((close, i) => (i === at ? close * by : close)));
    expect(said(other(3, 100))).toEqual([['its prices are a hundred times those of the other sessions', 100]]);
    expect(said(other(3, 0.01))).toEqual([['its prices are a hundredth of those of the other sessions', 0.01]]);
    expect(said(other(9, 0.5))).toEqual([
      ['its prices are 0.497 times those of the other sessions, as if a split 1:2.012 were missing', 0.497],
    ]);
    expect(said(other(5, 1.4), { volatility: 0.16 })).toEqual([
      ['its close 141.96 is 40.7 % from the one before, and the next one is back', undefined],
      ['its close 100.7 is -29.1 % from the one before', undefined],
    ]);
    expect(said(series(calm, { 3: { high: '9980' } }))).toEqual([
      ['its high 9980 is 100 times its close 99.8', undefined],
    ]);
  });

  test('that follows stored ones is held against them, also between a session that is held and its neighbours', () => {
    const bars = (at: number, close: number) => series(calm.map((each, i) => (i === at ? close : each)));
    const heldOf = (answer: Bar[], stored: Bar[]) =>
      checkBars(answer, { asTraded: true, stored, volatility: 0.2 }).flatMap(({ session, check, verdict }) =>
        verdict === 'hold' ? [`${session.slice(8)} ${check}`] : [],
      );
    const withoutEighth = series(calm).toSpliced(7, 1);
    expect(heldOf(bars(7, 10_190).slice(4), withoutEighth)).toEqual(['08 unit_slip']);
    expect(heldOf(bars(7, 50.9).slice(4), withoutEighth)).toEqual(['08 split_gap']);
    // Nobody knew until the next session took it back.
    expect(heldOf(bars(8, 130).slice(4), bars(8, 130).slice(0, 9))).toEqual(['09 jump']);
    expect(heldOf(bars(9, 130).slice(4), bars(9, 130).slice(0, 9))).toEqual([]);
    expect(heldOf(series(calm).slice(4), series(calm))).toEqual([]);
  });

  describe('of sessions that are stored', () => {
    const times = (by: number, from: number, to: number) =>
      series(calm.map((close, i) => (i >= from && i < to ? close * by : close)));
    const found = (answer: Bar[], stored: Bar[]) =>
      checkBars(answer, { asTraded: true, stored, volatility: 0.2 }).map(({ session, check, factor, corrects }) =>
        [session.slice(8), check, factor, ...(corrects ? ['corrects'] : [])].join(' '),
      );

    test('is wrong where it is on another level than they and what is stored before them', () => {
      expect(found(times(100, 4, 10).slice(4), series(calm).slice(0, 9))).toEqual([
        '05 unit_slip 100',
        '06 unit_slip 100',
        '07 unit_slip 100',
        '08 unit_slip 100',
        '09 unit_slip 100',
        '10 unit_slip 100',
      ]);
      expect(found(times(5, 7, 8).slice(4), series(calm).slice(0, 9))).toEqual(['08 split_gap 5']);
    });

    test('corrects them where it fits what is stored before them', () => {
      expect(found(series(calm).slice(4), times(5, 7, 9).slice(0, 9))).toEqual([
        '08 split_gap 0.2 corrects',
        '09 split_gap 0.2 corrects',
        '10 split_gap 0.2 corrects',
      ]);
    });

    test('corrects them where nothing is stored before them', () => {
      expect(found(series(calm).slice(4), times(5, 4, 8).slice(4, 8))).toEqual(
        ['05', '06', '07', '08', '09', '10'].map((day) => `${day} split_gap 0.2 corrects`),
      );
    });

    test('is another basis from two fifths more or less on, and less is the market’s', () => {
      expect(found(times(1.39, 5, 6).slice(4), series(calm))).toEqual([]);
      expect(found(times(1.41, 5, 6).slice(4), series(calm))).toEqual(['06 split_gap 1.41']);
      expect(found(times(1 / 1.41, 5, 6).slice(4), series(calm))).toEqual(['06 split_gap 0.709']);
    });

    test.each([1.5, 2.45, 5.5, 0.67, 0.4])('is wrong as a whole, new ones too, where it is %d times as high', (by) => {
      const off = times(by, 4, 10).slice(4);
      expect(found(off, series(calm).slice(0, 8))).toEqual(
        ['05', '06', '07', '08', '09', '10'].map((day) => `${day} split_gap ${by}`),
      );
      expect(found(series(calm).slice(4), times(by, 4, 8).slice(0, 8)).every((one) => one.endsWith('corrects'))).toBe(
        true,
      );
    });

    test('is right again where it comes back to their level', () => {
      expect(found(times(2.45, 4, 8).slice(4), series(calm).slice(0, 7))).toEqual(
        ['05', '06', '07', '08'].map((day) => `${day} split_gap 2.45`),
      );
    });

    test('is right from a split on that it tells of, though what is before it is on its basis already', () => {
      const traded = series(calm.map((close, i) => (i < 8 ? close * 2 : close)));
      const later = series(calm, { 8: { splitRatio: '2' } }).slice(4);
      expect(found(later, traded.slice(0, 8))).toEqual(['05', '06', '07', '08'].map((day) => `${day} split_gap 0.5`));
    });

    test('says nothing of those that it doesn’t tell of', () => {
      expect(found(series(calm).slice(4), times(100, 1, 2))).toEqual([]);
      expect(found([], series(calm))).toEqual([]);
    });

    test('goes on where they end, however many are on the new level', () => {
      expect(found(times(5, 4, 10).slice(4), series(calm).slice(0, 4)).map((one) => one.slice(0, 12))).toEqual(
        ['05', '06', '07', '08', '09', '10'].map((day) => `${day} split_gap`),
      );
    });
  });

  test('a session that has not begun is refused', () => {
    expect(checkBars(series(calm), { until: '2024-01-09' })).toMatchObject([
      { session: '2024-01-10', verdict: 'refuse', check: 'not_from_the_future' },
    ]);
  });

  test.each([0, 1, 2])('of %i rows crashes nothing', (rows) => {
    expect(checkBars(series(calm.slice(0, rows)))).toEqual([]);
    expect(checkBars(series([5, 5, 5].slice(0, rows)))).toEqual([]);
  });
});

describeGiven('groundtruth', 'series that really were faulty, beside the repaired ones', (directory) => {
  const folder = join(directory, 'ohlcv', 'yfinance-price-repair');
  const faulty = readdirSync(folder).filter((file) => file.endsWith('.csv') && !file.includes('-fixed'));

  test('are all there', () => expect(faulty).toHaveLength(6));

  test.each(faulty)('%s: every wrong session is told of, and no other', (file) => {
    const [bars, repaired] = [read(join(folder, file)), read(join(folder, file.replace('.csv', '-fixed.csv')))];
    const right = new Map(repaired.map((bar) => [bar.session, Number(bar.close)]));
    const wrong = bars
      .filter(({ session, close }) => Math.abs(Math.log(Number(close) / (right.get(session) ?? Number.NaN))) > 0.1)
      .map(({ session }) => session);
    expect(wrong.length).toBeGreaterThan(0);
    const told = checkBars(bars).filter(({ check }) => ERRORS.has(check));
    expect([...new Set(told.map(({ session }) => session))]).toEqual(wrong.toSorted());
    const check = /100x|unit/.test(file) ? 'unit_slip' : 'split_gap';
    expect(new Set(told.map((finding) => finding.check))).toEqual(new Set([check]));
  });

  test.each(faulty)('%s: the repaired series raises no unit or split error, on either basis', (file) => {
    const repaired = read(join(folder, file.replace('.csv', '-fixed.csv')));
    const found = [...checkBars(repaired), ...checkBars(asTraded(repaired), { asTraded: true })];
    expect(found.filter(({ check }) => ERRORS.has(check))).toEqual([]);
  });

  /** As the daily job reads it: five sessions that are stored, right as they are, and one that is new. */
  const weeks = (bars: readonly Bar[], repaired: readonly Bar[]) => {
    const stored = repaired.toSorted(bySession);
    return bars.toSorted(bySession).flatMap((_, i, all) => {
      const week = all.slice(i, i + 6);
      const last = week[5]?.session;
      return last ? [{ week, stored: stored.filter(({ session }) => session < last).slice(-30) }] : [];
    });
  };

  test.each(faulty)('%s: every wrong session is told of a week at a time, and none of the repaired ones', (file) => {
    const [bars, repaired] = [read(join(folder, file)), read(join(folder, file.replace('.csv', '-fixed.csv')))];
    const right = new Map(repaired.map((bar) => [bar.session, Number(bar.close)]));
    const all = weeks(bars, repaired).filter(({ stored }) => stored.length > 5);
    expect(all.length).toBeGreaterThan(0);
    for (const { week, stored } of all) {
      const told = new Set(checkBars(week, { stored }).flatMap((one) => (one.verdict === 'hold' ? [one.session] : [])));
      // After what was traded before a split, its own day is right as it is here.
      const wrong = week
        .filter(({ splitRatio }) => !(Number(splitRatio) > 0))
        .filter(({ session, close }) => Math.abs(Math.log(Number(close) / (right.get(session) ?? 0))) > 0.4);
      expect(wrong.map(({ session }) => session).filter((session) => !told.has(session))).toEqual([]);
    }
    // One of them really halved, with an issue of rights: that does look like a split.
    const halved = '2022-06-20';
    for (const { week, stored } of weeks(repaired, repaired).filter(({ week }) => !week[5]?.session.startsWith(halved)))
      expect(checkBars(week, { stored }).filter(({ check }) => ERRORS.has(check))).toEqual([]);
  });

  test.each(readdirSync(join(directory, 'ohlcv')).filter((file) => file.startsWith('yahoo')))(
    '%s: years of a real market raise no unit or split error',
    (file) => {
      const bars = read(join(directory, 'ohlcv', file));
      expect(bars.length).toBeGreaterThan(5);
      expect(checkBars(bars).filter(({ check }) => ERRORS.has(check))).toEqual([]);
      for (const { week, stored } of weeks(bars, bars))
        expect(checkBars(week, { stored }).filter(({ check }) => ERRORS.has(check))).toEqual([]);
    },
  );
});

const bySession = (a: Bar, b: Bar) => (a.session < b.session ? -1 : 1);

/** With the splits taken out of what was traded before them; the files are adjusted for those. */
function asTraded(bars: readonly Bar[]): Bar[] {
  let ratio = 1;
  const latestFirst = bars.toSorted((a, b) => (a.session < b.session ? 1 : -1));
  return latestFirst.map((bar) => {
    const times = (price: string | null) => (price ? String(Number(price) * ratio) : price);
    const { open, high, low, close } = bar;
    const traded = { ...bar, open: times(open), high: times(high), low: times(low), close: times(close) ?? close };
    ratio *= Number(bar.splitRatio) || 1;
    return traded;
  });
}

function read(path: string): Bar[] {
  const [head, ...rows] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  const columns = head!.toLowerCase().split(',');
  return rows.map((row) => {
    const cells = row.split(',');
    const cell = (name: string): string | null => cells[columns.indexOf(name)] ?? null;
    return {
      symbol: 'X',
      session: cell('date') ?? cell('datetime') ?? '',
      open: cell('open'),
      high: cell('high'),
      low: cell('low'),
      close: cell('close') ?? '',
      volume: cell('volume'),
      splitRatio: cell('stock splits'),
      dividend: cell('dividends'),
    };
  });
}
